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
        <source>Log, workers, restarts</source>
        <translation>日志、工作进程、重启记录</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Workers of this ledger</source>
        <translation>此台账的工作进程</translation>
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
</context>
<context>
    <name>WorkerCard</name>
    <message>
        <source>Worker of this computer</source>
        <translation>本机工作进程</translation>
    </message>
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
</context>
<context>
    <name>WorkersModel</name>
    <message>
        <source>This worker uses another ledger and never takes messages of this one.</source>
        <translation>此工作进程使用另一个台账，不会处理本台账的短信。</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>进程号</translation>
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
        <source>Concurrency</source>
        <translation>并发数</translation>
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
        <source>{host} (another ledger)</source>
        <translation>{host}（另一台账）</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>{seconds} s ago</source>
        <translation>{seconds} 秒前</translation>
    </message>
    <message>
        <source>{minutes} min ago</source>
        <translation>{minutes} 分钟前</translation>
    </message>
</context>
</TS>
