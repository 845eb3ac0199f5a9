<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>under way</name>
    <message>
        <source>{count} submitted</source>
        <translation>已提交 {count} 条</translation>
    </message>
    <message>
        <source>{count} in flight</source>
        <translation>发送中 {count} 条</translation>
    </message>
    <message>
        <source>{count} queued</source>
        <translation>等待 {count} 条</translation>
    </message>
    <message>
        <source>{count} held</source>
        <translation>已暂停 {count} 条</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
</context>
<context>
    <name>ClosingDialog</name>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Quit: nothing is being sent any more.</source>
        <translation>退出：已没有正在发送的短信。</translation>
    </message>
    <message>
        <source>Close SMS Desk?</source>
        <translation>关闭 SMS Desk 短信台？</translation>
    </message>
    <message>
        <source>&amp;Keep sending in the background</source>
        <translation>在后台继续发送(&amp;K)</translation>
    </message>
    <message>
        <source>Keep sending in the background: the window is hidden, a symbol in the notification area shows how far it is and brings the window back.</source>
        <translation>在后台继续发送：窗口将隐藏，通知区域的图标显示发送进度，点击即可恢复窗口。</translation>
    </message>
    <message>
        <source>&amp;Keep sending, minimized</source>
        <translation>最小化并继续发送(&amp;K)</translation>
    </message>
    <message>
        <source>Keep sending, minimized: this desktop has no notification area to hide the window in, so it stays in the list of windows.</source>
        <translation>最小化并继续发送：当前桌面没有通知区域，无法隐藏窗口，窗口将保留在窗口列表中。</translation>
    </message>
    <message>
        <source>Stop now: what is in flight is finished, {seconds} seconds at most. Everything else is kept and goes on at the next start.</source>
        <translation>立即停止：等待发送中的短信处理完毕，最多 {seconds} 秒。其余短信均予保留，下次启动时继续发送。</translation>
    </message>
    <message>
        <source>&amp;Stop now</source>
        <translation>立即停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>Nothing is being sent; 1 held message waits.</source>
        <translation>没有短信正在发送；有 1 条已暂停的短信在等待。</translation>
    </message>
    <message>
        <source>Nothing is being sent; {count} held messages wait.</source>
        <translation>没有短信正在发送；有 {count} 条已暂停的短信在等待。</translation>
    </message>
    <message>
        <source>All messages have left meanwhile</source>
        <translation>短信已全部发出</translation>
    </message>
    <message>
        <source>Messages are still being sent</source>
        <translation>仍有短信正在发送</translation>
    </message>
    <message>
        <source>1 worker outside this program goes on sending in either case.</source>
        <translation>另有 1 个不属于本程序的工作进程，无论如何选择都会继续发送。</translation>
    </message>
    <message>
        <source>{count} workers outside this program go on sending in either case.</source>
        <translation>另有 {count} 个不属于本程序的工作进程，无论如何选择都会继续发送。</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Nothing is waiting to be sent</source>
        <translation>没有等待发送的短信</translation>
    </message>
    <message>
        <source>All sending is stopped: {figures}</source>
        <translation>已停止全部发送：{figures}</translation>
    </message>
    <message>
        <source>Open SMS Desk</source>
        <translation>打开 SMS Desk 短信台</translation>
    </message>
    <message>
        <source>Resume all sending</source>
        <translation>恢复全部发送</translation>
    </message>
    <message>
        <source>Stop all sending</source>
        <translation>停止全部发送</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>closing</name>
    <message>
        <source>Batch {number} has ended</source>
        <translation>批次 {number} 已结束</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>SMS Desk</source>
        <translation>SMS Desk 短信台</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>写短信</translation>
    </message>
    <message>
        <source>Deliveries</source>
        <translation>发送记录</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Stop all sending</source>
        <translation>停止全部发送</translation>
    </message>
    <message>
        <source>Resume all sending</source>
        <translation>恢复全部发送</translation>
    </message>
    <message>
        <source>Nothing more leaves, from any window, until you resume</source>
        <translation>在您点击继续之前，任何窗口都不再发出短信</translation>
    </message>
    <message>
        <source>Stop all send&amp;ing</source>
        <translation>停止全部发送(&amp;I)</translation>
    </message>
    <message>
        <source>Resume all send&amp;ing</source>
        <translation>恢复全部发送(&amp;I)</translation>
    </message>
</context>
<context>
    <name>states</name>
    <message>
        <source>Scheduled</source>
        <translation>已定时</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>发送中</translation>
    </message>
    <message>
        <source>Retrying</source>
        <translation>等待重试</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>已提交</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>Undelivered</source>
        <translation>未送达</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>No receipt</source>
        <translation>无回执</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>结果未知</translation>
    </message>
</context>
<context>
    <name>Finishing</name>
    <message>
        <source>Finishing…</source>
        <translation>正在收尾…</translation>
    </message>
    <message>
        <source>Finishing the messages that are on their way to the gateway, {seconds} seconds at most. Everything else stays in the ledger and goes on at the next start.</source>
        <translation>正在完成已发往网关的短信，最多需要 {seconds} 秒。其余短信保存在台账中，下次启动后继续发送。</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Notice</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>另有 {count} 条</translation>
    </message>
</context>
<context>
    <name>lights</name>
    <message>
        <source>Broker: starting</source>
        <translation>消息代理：正在启动</translation>
    </message>
    <message>
        <source>Broker: stopped — messages wait</source>
        <translation>消息代理：已停止，短信等待发送</translation>
    </message>
    <message>
        <source>Broker: not known yet</source>
        <translation>消息代理：尚未得知</translation>
    </message>
    <message>
        <source>The answer is being waited for.</source>
        <translation>正在等待响应。</translation>
    </message>
    <message>
        <source>Broker: ready (built in)</source>
        <translation>消息代理：就绪（内置）</translation>
    </message>
    <message>
        <source>Broker: ready</source>
        <translation>消息代理：就绪</translation>
    </message>
    <message>
        <source>Messages can be handed to workers.</source>
        <translation>短信可以交给工作进程。</translation>
    </message>
    <message>
        <source>Broker: not reachable — messages wait</source>
        <translation>消息代理：无法连接，短信等待发送</translation>
    </message>
    <message>
        <source>Worker: starting</source>
        <translation>工作进程：正在启动</translation>
    </message>
    <message>
        <source>Messages wait a moment.</source>
        <translation>短信稍候即发。</translation>
    </message>
    <message>
        <source>It finishes the messages on their way.</source>
        <translation>正在完成已发出的短信。</translation>
    </message>
    <message>
        <source>Worker: finishing</source>
        <translation>工作进程：正在收尾</translation>
    </message>
    <message>
        <source>Worker: {count} elsewhere</source>
        <translation>工作进程：其他位置 {count} 个</translation>
    </message>
    <message>
        <source>Workers that were started elsewhere send the messages.</source>
        <translation>由在其他位置启动的工作进程发送短信。</translation>
    </message>
    <message>
        <source>Worker: keeps failing — messages wait</source>
        <translation>工作进程：屡次失败，短信等待发送</translation>
    </message>
    <message>
        <source>Click, then Start worker: what waits in the ledger is sent then.</source>
        <translation>点击后再点“启动工作进程”，台账中等待的短信随即发送。</translation>
    </message>
    <message>
        <source>Worker: stopped — messages wait</source>
        <translation>工作进程：已停止，短信等待发送</translation>
    </message>
    <message>
        <source>Worker: silent for {seconds} s</source>
        <translation>工作进程：{seconds} 秒没有动静</translation>
    </message>
    <message>
        <source>It runs but gives no sign of life. Restart it on the Workers page if it stays so.</source>
        <translation>它在运行但没有动静。若一直如此，请在“工作进程”页重启。</translation>
    </message>
    <message>
        <source>Worker: none has the account {account}</source>
        <translation>工作进程：没有一个配置了账号 {account}</translation>
    </message>
    <message>
        <source>Its messages wait. Complete the account in Settings, then restart the worker.</source>
        <translation>该账号的短信在等待。请在“设置”中补全账号，然后重启工作进程。</translation>
    </message>
    <message>
        <source>Worker: ready ({count} in all)</source>
        <translation>工作进程：就绪（共 {count} 个）</translation>
    </message>
    <message>
        <source>Worker: ready</source>
        <translation>工作进程：就绪</translation>
    </message>
    <message>
        <source>Messages are sent as they come.</source>
        <translation>短信随到随发。</translation>
    </message>
    <message>
        <source>Gateway: not known yet</source>
        <translation>网关：尚未得知</translation>
    </message>
    <message>
        <source>Gateway: {account} paused — messages wait</source>
        <translation>网关：“{account}”已暂停，短信在等待</translation>
    </message>
    <message>
        <source>Gateway: {account} has reached its limit — messages wait</source>
        <translation>网关：“{account}”已到限额，短信在等待</translation>
    </message>
    <message>
        <source>Gateway: {account} is away — tried again by itself</source>
        <translation>网关：“{account}”没有应答，将自动重试</translation>
    </message>
    <message>
        <source>Gateway: {account} wants a pause — goes on by itself</source>
        <translation>网关：“{account}”要求放慢，将自动继续</translation>
    </message>
    <message>
        <source>Gateway: {account} — nothing leaves this computer</source>
        <translation>网关：{account}，短信不会离开本机</translation>
    </message>
    <message>
        <source>Messages go out for real through this account.</source>
        <translation>短信将通过此账号真实发出。</translation>
    </message>
    <message>
        <source>A file stands in for the queue server. Messages can be handed to workers.</source>
        <translation>由一个文件代替队列服务。可以向工作进程提交短信。</translation>
    </message>
    <message>
        <source>Broker: ready (stand-in file)</source>
        <translation>消息代理：就绪（替代文件）</translation>
    </message>
    <message>
        <source>To send for real, choose a real gateway account on Compose, or add one in Settings.</source>
        <translation>要真正发送，请在“写短信”页选择真实的网关账号，或在“设置”中添加一个。</translation>
    </message>
    <message>
        <source>Gateway: {account} — sends for real</source>
        <translation>网关：{account}，真实发送</translation>
    </message>
    <message>
        <source>Gateway: {account} — not complete, cannot send</source>
        <translation>网关：{account}，尚未填写完整，无法发送</translation>
    </message>
    <message>
        <source>Complete the account in Settings.</source>
        <translation>请在“设置”中补全账号。</translation>
    </message>
</context>
<context>
    <name>held</name>
    <message>
        <source>{account} has reached its limit: {reason} Its messages wait, none is lost.</source>
        <translation>账号“{account}”已到限额：{reason}短信都在等待，没有丢失。</translation>
    </message>
    <message>
        <source>Open Settings</source>
        <translation>打开设置</translation>
    </message>
    <message>
        <source>Sending through {account} is paused: {reason} Its messages wait, none is lost.</source>
        <translation>账号“{account}”的发送已暂停：{reason}短信都在等待，没有丢失。</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>继续发送</translation>
    </message>
    <message>
        <source>The gateway of {account} has been away since {since}: {reason} Its messages wait, none is lost.</source>
        <translation>账号“{account}”的网关自 {since} 起无法使用：{reason}短信都在等待，没有丢失。</translation>
    </message>
    <message>
        <source>Sending through {account} has paused since {since}: {reason} Its messages wait, none is lost.</source>
        <translation>账号“{account}”自 {since} 起暂停发送：{reason}短信都在等待，没有丢失。</translation>
    </message>
    <message>
        <source>It is tried now, with one message; then all go on.</source>
        <translation>程序正用一条短信重试，成功后全部继续发送。</translation>
    </message>
    <message>
        <source>It is tried again by itself at {time}, with one message; then all go on.</source>
        <translation>程序会在 {time} 自动用一条短信再试，成功后全部继续发送。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>What was on its way is Unknown and is not sent again by itself: see Deliveries.</source>
        <translation>当时发送中的短信为“结果未知”，程序不会自行重发，请在“发送记录”中查看。</translation>
    </message>
</context>
</TS>
