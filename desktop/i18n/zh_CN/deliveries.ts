<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DeliveriesModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>收件人</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>短信内容</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Reason and what to do</source>
        <translation>原因与处理办法</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>Celery task</source>
        <translation>Celery 任务</translation>
    </message>
    <message>
        <source>Worker</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>计费条数</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>DeliveriesPage</name>
    <message>
        <source>Only the first {count} rows were copied. Export… writes all of them to a file.</source>
        <translation>只复制了前 {count} 行。如需全部，请用“导出…”写入文件。</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 条短信</translation>
    </message>
    <message>
        <source>{count} messages</source>
        <translation>{count} 条短信</translation>
    </message>
    <message>
        <source>No messages yet — write one on the Compose page</source>
        <translation>还没有短信，请到“写短信”页面写一条</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有符合条件的短信</translation>
    </message>
    <message>
        <source>Deliveries</source>
        <translation>发送记录</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>复制所选行</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>查看详情</translation>
    </message>
    <message>
        <source>Copy to new message</source>
        <translation>复制为新短信</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>显示的列</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>Message in detail</source>
        <translation>短信详情</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>短信内容</translation>
    </message>
    <message>
        <source>Every try</source>
        <translation>每次尝试</translation>
    </message>
    <message>
        <source>Text of the message</source>
        <translation>短信内容</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>处理办法</translation>
    </message>
    <message>
        <source>Copy number</source>
        <translation>复制号码</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>复制内容</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>复制全部</translation>
    </message>
    <message>
        <source>Copy to new message</source>
        <translation>复制为新短信</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>关闭详情</translation>
    </message>
    <message>
        <source>Close details (Escape)</source>
        <translation>关闭详情（Esc）</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>短信编号</translation>
    </message>
    <message>
        <source>Gateway account</source>
        <translation>网关账号</translation>
    </message>
    <message>
        <source>Released</source>
        <translation>放行时间</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>最后变更</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>计费条数</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Worker</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Celery task</source>
        <translation>Celery 任务</translation>
    </message>
    <message>
        <source>Task's state</source>
        <translation>任务状态</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>签名／发送方</translation>
    </message>
    <message>
        <source>Gateway's id</source>
        <translation>网关短信 ID</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>正在载入…</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>收件人</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>ExportBar</name>
    <message>
        <source>Writing {file} …</source>
        <translation>正在写入 {file}…</translation>
    </message>
    <message>
        <source>1 message was written to {path}</source>
        <translation>已将 1 条短信写入 {path}</translation>
    </message>
    <message>
        <source>{count} messages were written to {path}</source>
        <translation>已将 {count} 条短信写入 {path}</translation>
    </message>
    <message>
        <source>The export was cancelled; no file was left behind.</source>
        <translation>导出已取消，未留下任何文件。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel export</source>
        <translation>取消导出</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>导出进度</translation>
    </message>
</context>
<context>
    <name>ExportPlace</name>
    <message>
        <source>Export messages</source>
        <translation>导出短信</translation>
    </message>
    <message>
        <source>Table for spreadsheets (*.csv)</source>
        <translation>电子表格文件 (*.csv)</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>S&amp;tate</source>
        <translation>状态(&amp;T)</translation>
    </message>
    <message>
        <source>Searc&amp;h</source>
        <translation>搜索(&amp;H)</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Part of a number or text</source>
        <translation>输入部分号码或内容</translation>
    </message>
    <message>
        <source>Search by number or text (Ctrl+F); Escape clears</source>
        <translation>按号码或内容搜索（Ctrl+F），按 Esc 清空</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Batch {number} ✕</source>
        <translation>批次 {number} ✕</translation>
    </message>
    <message>
        <source>Show all batches again</source>
        <translation>重新显示所有批次</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>全部状态</translation>
    </message>
</context>
<context>
    <name>TriesModel</name>
    <message>
        <source>Try</source>
        <translation>次序</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束时间</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Worker</source>
        <translation>工作进程</translation>
    </message>
</context>
<context>
    <name>deliveries</name>
    <message>
        <source>It leaves at the time it was released for.</source>
        <translation>将在预定时间发出。</translation>
    </message>
    <message>
        <source>It waits and has surely not been sent.</source>
        <translation>短信在等待，确定没有发出。</translation>
    </message>
    <message>
        <source>It is handed over and waits for a worker.</source>
        <translation>已进入队列，等待工作进程处理。</translation>
    </message>
    <message>
        <source>A worker is handing it to the gateway.</source>
        <translation>工作进程正在将其提交给网关。</translation>
    </message>
    <message>
        <source>It has surely not been sent; it is tried again by itself.</source>
        <translation>短信确定没有发出，稍后会自动重试。</translation>
    </message>
    <message>
        <source>The gateway took it; the receipt is awaited.</source>
        <translation>网关已接收，等待回执。</translation>
    </message>
    <message>
        <source>The receipt says that it arrived.</source>
        <translation>回执显示短信已送达。</translation>
    </message>
    <message>
        <source>The receipt says that it did not arrive.</source>
        <translation>回执显示短信未送达。</translation>
    </message>
    <message>
        <source>It was refused and surely not sent.</source>
        <translation>已被拒绝，短信确定没有发出。</translation>
    </message>
    <message>
        <source>All tries are used up; it was surely not sent.</source>
        <translation>重试次数已用完，短信确定没有发出。</translation>
    </message>
    <message>
        <source>It was too late to be useful and was not sent.</source>
        <translation>已过有效时间，短信没有发出。</translation>
    </message>
    <message>
        <source>It was cancelled and surely not sent.</source>
        <translation>已取消，短信确定没有发出。</translation>
    </message>
    <message>
        <source>The gateway took it, but no receipt came in time. That is not a failure.</source>
        <translation>网关已接收，但未按时收到回执。这不代表发送失败。</translation>
    </message>
    <message>
        <source>It may have been sent, but no answer came. It is never sent again by itself: ask the recipient before you send it again.</source>
        <translation>短信可能已发出，但没有收到应答。本程序不会自动重发：重发之前请先向收件人核实。</translation>
    </message>
    <message>
        <source>Accepted by the gateway</source>
        <translation>网关已接收</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Account refused</source>
        <translation>账号被拒绝</translation>
    </message>
    <message>
        <source>Busy, to be tried later</source>
        <translation>网关繁忙，稍后重试</translation>
    </message>
    <message>
        <source>Gateway not reached</source>
        <translation>未能连接网关</translation>
    </message>
    <message>
        <source>No answer: it may have been sent</source>
        <translation>无应答：可能已发出</translation>
    </message>
    <message>
        <source>Not known without the text</source>
        <translation>内容未知，无法计算</translation>
    </message>
    <message>
        <source>No price</source>
        <translation>未设单价</translation>
    </message>
    <message>
        <source>Simulated</source>
        <translation>模拟</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>本程序</translation>
    </message>
    <message>
        <source>Another program (Celery)</source>
        <translation>其他程序（Celery）</translation>
    </message>
    <message>
        <source>Leaves at {time}.</source>
        <translation>将于 {time} 发出。</translation>
    </message>
    <message>
        <source>Next try at {time}.</source>
        <translation>将于 {time} 重试。</translation>
    </message>
    <message>
        <source>No answer yet</source>
        <translation>尚无应答</translation>
    </message>
    <message>
        <source>Another program (Celery): {client}</source>
        <translation>其他程序（Celery）：{client}</translation>
    </message>
    <message>
        <source>Template {id}</source>
        <translation>模板 {id}</translation>
    </message>
    <message>
        <source>Template {id}: {values}</source>
        <translation>模板 {id}：{values}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>DecisionBar</name>
    <message>
        <source>Ask the gateway about it?</source>
        <translation>向网关查询这条短信？</translation>
    </message>
    <message>
        <source>1 unknown: what became of it?</source>
        <translation>1 条结果未知：如何处理？</translation>
    </message>
    <message>
        <source>{count} unknown: what became of them?</source>
        <translation>{count} 条结果未知：如何处理？</translation>
    </message>
    <message>
        <source>It may have arrived already, and would then arrive twice. Send it again?</source>
        <translation>短信可能已经送达，重发会让对方收到两次。确定重新发送？</translation>
    </message>
    <message>
        <source>Some may have arrived already, and would then arrive twice. Send all {count} again?</source>
        <translation>其中有些可能已经送达，重发会让对方收到两次。确定全部重发 {count} 条？</translation>
    </message>
    <message>
        <source>Count it as sent? It is not sent again.</source>
        <translation>视为已发送？之后不会再发送。</translation>
    </message>
    <message>
        <source>Count all {count} as sent? They are not sent again.</source>
        <translation>将这 {count} 条全部视为已发送？之后不会再发送。</translation>
    </message>
    <message>
        <source>Ask the gateway about all {count}?</source>
        <translation>向网关查询这 {count} 条？</translation>
    </message>
    <message>
        <source>Ask the gateway</source>
        <translation>向网关查询</translation>
    </message>
    <message>
        <source>Count as sent</source>
        <translation>视为已发送</translation>
    </message>
    <message>
        <source>Send again…</source>
        <translation>重新发送…</translation>
    </message>
    <message>
        <source>Resume batch</source>
        <translation>继续发送这一批</translation>
    </message>
    <message>
        <source>Resume account</source>
        <translation>恢复该账号</translation>
    </message>
    <message>
        <source>Resume all sending</source>
        <translation>恢复全部发送</translation>
    </message>
    <message>
        <source>Cancel message</source>
        <translation>取消发送</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
</context>
<context>
    <name>DeliveriesHead</name>
    <message>
        <source>Deliveries</source>
        <translation>发送记录</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Write what the filter shows to a file</source>
        <translation>把当前筛选出的短信写入文件</translation>
    </message>
</context>
</TS>
