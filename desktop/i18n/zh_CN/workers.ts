<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>children</name>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Finishing what it has in hand</source>
        <translation>正在完成手头的短信</translation>
    </message>
    <message>
        <source>Given up: it ended too often right after its start</source>
        <translation>已放弃：启动后立即退出的次数过多</translation>
    </message>
    <message>
        <source>It ended by itself with exit code {code}.</source>
        <translation>自行退出，退出代码 {code}。</translation>
    </message>
    <message>
        <source>It crashed or was killed from outside.</source>
        <translation>崩溃或被外部终止。</translation>
    </message>
    <message>
        <source>Its program could not be started.</source>
        <translation>程序无法启动。</translation>
    </message>
    <message>
        <source>It is not started again by itself.</source>
        <translation>不再自动启动。</translation>
    </message>
    <message>
        <source>It was started again.</source>
        <translation>已重新启动。</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>Broker: the one from the settings</source>
        <translation>消息代理：使用设置中的地址</translation>
    </message>
    <message>
        <source>Built-in broker: {state}</source>
        <translation>内置消息代理：{state}</translation>
    </message>
    <message>
        <source>Queue lengths are not known at the moment.</source>
        <translation>暂时无法得知队列长度。</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>{queue}: {count}</source>
        <translation>{queue}：{count}</translation>
    </message>
    <message>
        <source>Single messages</source>
        <translation>单条短信</translation>
    </message>
    <message>
        <source>Bulk messages</source>
        <translation>批量短信</translation>
    </message>
    <message>
        <source>Put aside, because workers went down with them</source>
        <translation>已移出（一再使工作进程崩溃）</translation>
    </message>
    <message>
        <source>Other clients ({queue})</source>
        <translation>其他客户端（{queue}）</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Worker log</source>
        <translation>工作进程日志</translation>
    </message>
    <message>
        <source>The worker has written nothing yet.</source>
        <translation>工作进程尚无日志。</translation>
    </message>
    <message>
        <source>Copy log</source>
        <translation>复制日志</translation>
    </message>
</context>
<context>
    <name>WorkersPage</name>
    <message>
        <source>Workers</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Restarts</source>
        <translation>重启记录</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Nothing had to be restarted since SMS Desk was opened.</source>
        <translation>自 SMS Desk 打开以来，没有发生过重启。</translation>
    </message>
    <message>
        <source>Last line of its log</source>
        <translation>最后一行日志</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Restarts ({count})</source>
        <translation>重启记录（{count}）</translation>
    </message>
    <message>
        <source>Workers, log, restarts</source>
        <translation>工作进程、日志、重启记录</translation>
    </message>
    <message>
        <source>Workers ({count})</source>
        <translation>工作进程（{count}）</translation>
    </message>
</context>
<context>
    <name>WorkerCard</name>
    <message>
        <source>Start worker</source>
        <translation>启动工作进程</translation>
    </message>
    <message>
        <source>Stop worker</source>
        <translation>停止工作进程</translation>
    </message>
    <message>
        <source>Restart worker</source>
        <translation>重启工作进程</translation>
    </message>
    <message>
        <source>Start it together with this window</source>
        <translation>随本窗口一起启动</translation>
    </message>
    <message>
        <source>Messages on their way are finished; the others wait in the ledger.</source>
        <translation>已发出的短信会处理完，其余短信在台账中等待。</translation>
    </message>
    <message>
        <source>since {when}; messages wait until a worker runs</source>
        <translation>自 {when} 起；有工作进程运行后才会发送短信</translation>
    </message>
    <message>
        <source>since {when}</source>
        <translation>自 {when} 起</translation>
    </message>
    <message>
        <source>Worker of this window</source>
        <translation>本窗口的工作进程</translation>
    </message>
</context>
<context>
    <name>WorkersModel</name>
    <message>
        <source>Computer</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Pool</source>
        <translation>进程池</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>In hand</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>最近活动</translation>
    </message>
    <message>
        <source>{seconds} s ago</source>
        <translation>{seconds} 秒前</translation>
    </message>
    <message>
        <source>process {pid}</source>
        <translation>进程 {pid}</translation>
    </message>
    <message>
        <source>concurrency {count}</source>
        <translation>并发 {count}</translation>
    </message>
    <message>
        <source>this window's</source>
        <translation>本窗口</translation>
    </message>
    <message>
        <source>another ledger</source>
        <translation>另一个台账</translation>
    </message>
    <message>
        <source>another application</source>
        <translation>其他应用</translation>
    </message>
    <message>
        <source>older</source>
        <translation>较旧</translation>
    </message>
    <message>
        <source>newer</source>
        <translation>较新</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>无响应</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>自 {time} 起</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>{minutes} min ago</source>
        <translation>{minutes} 分钟前</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
</context>
<context>
    <name>RemarksView</name>
    <message>
        <source>Workers with other ledgers cannot be looked for now.</source>
        <translation>暂时无法查找使用其他台账的工作进程。</translation>
    </message>
    <message>
        <source>Workers with other ledgers cannot be seen: this broker cannot ask all workers at once.</source>
        <translation>看不到使用其他台账的工作进程：此消息代理无法同时询问所有工作进程。</translation>
    </message>
    <message>
        <source>Remarks on workers</source>
        <translation>工作进程说明</translation>
    </message>
    <message>
        <source>No worker runs on this ledger. Messages wait in it; Start worker starts this window's.</source>
        <translation>本台账没有正在运行的工作进程，短信在台账中等待。点击“启动工作进程”可启动本窗口的工作进程。</translation>
    </message>
    <message>
        <source>As it was at {time}; the ledger has not answered since.</source>
        <translation>以上为 {time} 时的状态；此后台账没有响应。</translation>
    </message>
</context>
<context>
    <name>workers</name>
    <message>
        <source>{names}: no sign of life for at least 15 s.</source>
        <translation>{names}：至少 15 秒没有响应。</translation>
    </message>
    <message>
        <source>See whether the computer runs and reaches the ledger. What the worker had in hand is settled as “Unknown” by another worker; nothing is sent twice.</source>
        <translation>请检查该电脑是否在运行、能否连上台账。它手头的短信会由其他工作进程记为“结果未知”，不会重复发送。</translation>
    </message>
    <message>
        <source>{names}: a worker of another application on the same broker.</source>
        <translation>{names}：同一消息代理上其他应用的工作进程。</translation>
    </message>
    <message>
        <source>Give SMS Desk a broker, a database number or a virtual host of its own, so that neither takes the other's tasks.</source>
        <translation>请为 SMS Desk 使用单独的消息代理、数据库编号或虚拟主机，以免双方取走对方的任务。</translation>
    </message>
    <message>
        <source>{names}: version {version}, older than this program ({own}).</source>
        <translation>{names}：版本 {version}，比本程序（{own}）旧。</translation>
    </message>
    <message>
        <source>{names}: version {version}, newer than this program ({own}).</source>
        <translation>{names}：版本 {version}，比本程序（{own}）新。</translation>
    </message>
    <message>
        <source>{names}: version {version}, not the one of this program ({own}).</source>
        <translation>{names}：版本 {version}，与本程序（{own}）不同。</translation>
    </message>
    <message>
        <source>Install {own} there, then restart the worker.</source>
        <translation>请在那里安装 {own}，然后重启工作进程。</translation>
    </message>
    <message>
        <source>Install {version} here, so that window and workers agree.</source>
        <translation>请在本机安装 {version}，使窗口与工作进程版本一致。</translation>
    </message>
    <message>
        <source>{names}: {text}</source>
        <translation>{names}：{text}</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} 等，另有 {count} 个</translation>
    </message>
    <message>
        <source>{names}: answers as a worker of this ledger, but is not found in it.</source>
        <translation>{names}：自称使用本台账，但台账中没有它的记录。</translation>
    </message>
    <message>
        <source>If it should, give it the address from Settings, Ledger (SMSDESK_LEDGER_URL); a ledger in a file serves one computer only. If not, give each ledger a broker, database number or virtual host of its own: either may take what other clients send by a task's name.</source>
        <translation>若需要它处理，请将其 SMSDESK_LEDGER_URL 设为“设置”中“台账”的地址；文件形式的台账只能供一台电脑使用。若不需要，请为每个台账使用单独的消息代理、数据库编号或虚拟主机：其他客户端按任务名发送的短信可能被任何一方取走。</translation>
    </message>
    <message>
        <source>{names}: same broker, another ledger; it never takes messages of this one.</source>
        <translation>{names}：消息代理相同，但使用另一个台账，不会处理本台账的短信。</translation>
    </message>
    <message>
        <source>It has a copy of the ledger, or cannot write into it. Give it the address from Settings, Ledger (SMSDESK_LEDGER_URL); a ledger in a file serves one computer only.</source>
        <translation>它使用的是台账的副本，或者无法写入台账。请将其 SMSDESK_LEDGER_URL 设为“设置”中“台账”的地址；文件形式的台账只能供一台电脑使用。</translation>
    </message>
</context>
</TS>
