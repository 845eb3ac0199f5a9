<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>batch</name>
    <message>
        <source>{count} submitted</source>
        <translation>已提交 {count}</translation>
    </message>
    <message>
        <source>{count} in flight</source>
        <translation>发送中 {count}</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>等待 {count}</translation>
    </message>
    <message>
        <source>{count} held</source>
        <translation>已暂停 {count}</translation>
    </message>
    <message>
        <source>{count} unknown</source>
        <translation>结果未知 {count}</translation>
    </message>
    <message>
        <source>{count} refused or failed</source>
        <translation>被拒绝或失败 {count}</translation>
    </message>
    <message>
        <source>{count} cancelled</source>
        <translation>已取消 {count}</translation>
    </message>
    <message>
        <source>{count} delivered</source>
        <translation>已送达 {count}</translation>
    </message>
    <message>
        <source>{count} undelivered</source>
        <translation>未送达 {count}</translation>
    </message>
    <message>
        <source>{count} without receipt</source>
        <translation>无回执 {count}</translation>
    </message>
</context>
<context>
    <name>SendingBar</name>
    <message>
        <source>&amp;Undo ({seconds})</source>
        <translation>撤销（{seconds}）(&amp;U)</translation>
    </message>
    <message>
        <source>Resume batch</source>
        <translation>继续发送这一批</translation>
    </message>
    <message>
        <source>Pause batch</source>
        <translation>暂停这一批</translation>
    </message>
    <message>
        <source>Cancel the rest…</source>
        <translation>取消剩余短信…</translation>
    </message>
    <message>
        <source>Yes, cancel {count}</source>
        <translation>确认取消 {count} 条</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>另有 {count} 批</translation>
    </message>
    <message>
        <source>{total} messages leave in a moment.</source>
        <translation>{total} 条短信即将发出。</translation>
    </message>
    <message>
        <source>{total} messages, paused: {figures}</source>
        <translation>共 {total} 条，已暂停：{figures}</translation>
    </message>
    <message>
        <source>{total} messages: {figures}</source>
        <translation>共 {total} 条：{figures}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Show this batch in Deliveries</source>
        <translation>在发送记录中查看这一批</translation>
    </message>
    <message>
        <source>No, keep them</source>
        <translation>不取消</translation>
    </message>
    <message>
        <source>Next batch</source>
        <translation>下一批</translation>
    </message>
    <message>
        <source>Progress of the batch</source>
        <translation>这一批的进度</translation>
    </message>
    <message>
        <source>{total} messages, finished: {figures}</source>
        <translation>共 {total} 条，已结束：{figures}</translation>
    </message>
    <message>
        <source>Put the figures away</source>
        <translation>收起统计</translation>
    </message>
    <message>
        <source>R&amp;esume</source>
        <translation>继续(&amp;E)</translation>
    </message>
    <message>
        <source>Paus&amp;e</source>
        <translation>暂停(&amp;E)</translation>
    </message>
    <message>
        <source>Sh&amp;ow</source>
        <translation>查看(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Cancel the rest…</source>
        <translation>取消剩余短信(&amp;C)…</translation>
    </message>
    <message>
        <source>Yes, &amp;cancel {count}</source>
        <translation>确认取消 {count} 条(&amp;C)</translation>
    </message>
    <message>
        <source>No, &amp;keep them</source>
        <translation>不取消(&amp;K)</translation>
    </message>
    <message>
        <source>{total} messages, finished: {figures}. Nothing was sent.</source>
        <translation>共 {total} 条，已结束：{figures}。未发送任何短信。</translation>
    </message>
    <message>
        <source>{total} messages wait as Held: all sending is stopped.</source>
        <translation>{total} 条短信已暂停：已停止全部发送。</translation>
    </message>
</context>
<context>
    <name>sending</name>
    <message>
        <source>All sending is stopped. Every message that had not left waits as Held, new ones too.</source>
        <translation>已停止全部发送。尚未发出的短信（包括新提交的）都处于“已暂停”状态。</translation>
    </message>
    <message>
        <source>Resume all sending</source>
        <translation>恢复全部发送</translation>
    </message>
    <message>
        <source>All sending is stopped</source>
        <translation>已停止全部发送</translation>
    </message>
    <message>
        <source>Nothing leaves until somebody presses “Resume all sending”. Click to see what waits.</source>
        <translation>点击“恢复全部发送”之前，不会发出任何短信。点击此处查看等待中的短信。</translation>
    </message>
</context>
</TS>
