<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>EarlierNotes</name>
    <message>
        <source>Leave out this 1</source>
        <translation>移除这 1 个号码</translation>
    </message>
    <message>
        <source>Leave out these {count}</source>
        <translation>移除这 {count} 个号码</translation>
    </message>
    <message>
        <source>Show the earlier message</source>
        <translation>查看先前的短信</translation>
    </message>
    <message>
        <source>Show the latest earlier message</source>
        <translation>查看最近一条先前的短信</translation>
    </message>
    <message>
        <source>Opens Deliveries; what you wrote stays on the Compose page</source>
        <translation>打开“发送记录”；已填写的内容保留在“写短信”页</translation>
    </message>
    <message>
        <source>This number got the same text within the last 24 hours, or is about to.</source>
        <translation>该号码在过去 24 小时内已收到或即将收到相同内容的短信。</translation>
    </message>
    <message>
        <source>1 of these numbers got the same text within the last 24 hours, or is about to.</source>
        <translation>其中 1 个号码在过去 24 小时内已收到或即将收到相同内容的短信。</translation>
    </message>
    <message>
        <source>{count} of these numbers got the same text within the last 24 hours, or are about to.</source>
        <translation>其中 {count} 个号码在过去 24 小时内已收到或即将收到相同内容的短信。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>1 number would exceed what the gateway allows for one number: {caps}.</source>
        <translation>1 个号码将超出网关对单个号码的限制：{caps}。</translation>
    </message>
    <message>
        <source>{count} numbers would exceed what the gateway allows for one number: {caps}.</source>
        <translation>{count} 个号码将超出网关对单个号码的限制：{caps}。</translation>
    </message>
    <message>
        <source>1 number would exceed what the gateway allows for verification codes: {caps}.</source>
        <translation>1 个号码将超出网关对单个号码的验证码限制：{caps}。</translation>
    </message>
    <message>
        <source>{count} numbers would exceed what the gateway allows for verification codes: {caps}.</source>
        <translation>{count} 个号码将超出网关对单个号码的验证码限制：{caps}。</translation>
    </message>
    <message>
        <source>{rate} ({count} of them)</source>
        <translation>{rate}（{count} 个号码）</translation>
    </message>
    <message>
        <source>{most} a minute</source>
        <translation>每分钟 {most} 条</translation>
    </message>
    <message>
        <source>{most} an hour</source>
        <translation>每小时 {most} 条</translation>
    </message>
    <message>
        <source>{most} a day</source>
        <translation>每天 {most} 条</translation>
    </message>
    <message>
        <source>{most} in {seconds} seconds</source>
        <translation>每 {seconds} 秒 {most} 条</translation>
    </message>
</context>
<context>
    <name>Confirmation</name>
    <message>
        <source>&amp;Send anyway</source>
        <translation>仍要发送(&amp;S)</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>仍要发送</translation>
    </message>
    <message>
        <source>Checking what these numbers got before…</source>
        <translation>正在检查这些号码先前收到的短信…</translation>
    </message>
    <message>
        <source>What these numbers got before could not be checked. “Confirm and send” sends without that check.</source>
        <translation>未能查出这些号码先前收到的短信。点击“确认并发送”将不经此检查直接发送。</translation>
    </message>
    <message>
        <source>Handing over: {done} of {total}</source>
        <translation>正在移交：{done} / {total}</translation>
    </message>
    <message>
        <source>The background part of the program has ended and starts again. Your order is kept and is repeated under the same number, so nothing is sent twice.</source>
        <translation>程序的后台部分已退出，正在重新启动。您的发送请求已保留，将以同一编号重新提交，不会重复发送。</translation>
    </message>
    <message>
        <source>Send this?</source>
        <translation>确认发送？</translation>
    </message>
    <message>
        <source>&amp;Confirm and send</source>
        <translation>确认并发送(&amp;C)</translation>
    </message>
    <message>
        <source>Confirm and send</source>
        <translation>确认并发送</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>返回(&amp;B)</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>短信内容</translation>
    </message>
    <message>
        <source>Handing over…</source>
        <translation>正在移交…</translation>
    </message>
    <message>
        <source>Send 1 message?</source>
        <translation>发送 1 条短信？</translation>
    </message>
    <message>
        <source>Send {count} messages?</source>
        <translation>发送 {count} 条短信？</translation>
    </message>
</context>
<context>
    <name>OrderForm</name>
    <message>
        <source>Will wait</source>
        <translation>将会等待</translation>
    </message>
    <message>
        <source>Left out by you</source>
        <translation>您已移除</translation>
    </message>
    <message>
        <source>To</source>
        <translation>收件人</translation>
    </message>
    <message>
        <source>{first} and {count} more</source>
        <translation>{first} 等，另有 {count} 个</translation>
    </message>
    <message>
        <source>Through</source>
        <translation>发送通道</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>发送方</translation>
    </message>
    <message>
        <source>as the gateway has it</source>
        <translation>以网关设置为准</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
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
        <source>Not valid, left out</source>
        <translation>无效号码（不发送）</translation>
    </message>
    <message>
        <source>Unusual, sent all the same</source>
        <translation>存疑号码（照常发送）</translation>
    </message>
    <message>
        <source>Duplicates removed</source>
        <translation>已去重</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>注意</translation>
    </message>
    <message>
        <source>{gateway} — simulated, nothing leaves this computer</source>
        <translation>{gateway}（模拟发送，短信不会离开本机）</translation>
    </message>
    <message>
        <source>{segments} in all</source>
        <translation>共{segments}</translation>
    </message>
    <message>
        <source>{each} each, {total}</source>
        <translation>每条短信计 {each} 条，{total}</translation>
    </message>
    <message>
        <source>not known: the template book does not have this template's text</source>
        <translation>未知：模板簿中没有该模板的正文</translation>
    </message>
    <message>
        <source>not known without the text</source>
        <translation>正文未知，无法计算</translation>
    </message>
    <message>
        <source>no price set for this account</source>
        <translation>此账号未设置单价</translation>
    </message>
    <message>
        <source>(text as approved for this template; variables: {variables})</source>
        <translation>（正文以该模板审核通过的内容为准；变量：{variables}）</translation>
    </message>
    <message>
        <source>All sending is stopped: these messages will wait as Held until “Resume all sending” is pressed.</source>
        <translation>已停止全部发送：这些短信将处于“已暂停”状态，点击“恢复全部发送”后才会发出。</translation>
    </message>
</context>
<context>
    <name>ContentField</name>
    <message>
        <source>The message is empty: write what is to be sent.</source>
        <translation>短信内容为空，请填写要发送的内容。</translation>
    </message>
    <message>
        <source>No template is chosen: choose one or type its id.</source>
        <translation>尚未选择模板，请选择模板或输入模板 ID。</translation>
    </message>
    <message>
        <source>Te&amp;xt</source>
        <translation>文本(&amp;X)</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>按文本发送</translation>
    </message>
    <message>
        <source>Tem&amp;plate</source>
        <translation>模板(&amp;P)</translation>
    </message>
    <message>
        <source>By template</source>
        <translation>按模板发送</translation>
    </message>
</context>
<context>
    <name>CostLine</name>
    <message>
        <source>In all</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>No price set for this account</source>
        <translation>此账号未设置单价</translation>
    </message>
    <message>
        <source>{price} a segment</source>
        <translation>每计费条 {price}</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 条短信</translation>
    </message>
    <message>
        <source>{count} messages</source>
        <translation>{count} 条短信</translation>
    </message>
</context>
<context>
    <name>characters</name>
    <message>
        <source>left single quote</source>
        <translation>左单引号</translation>
    </message>
    <message>
        <source>right single quote</source>
        <translation>右单引号</translation>
    </message>
    <message>
        <source>left double quote</source>
        <translation>左双引号</translation>
    </message>
    <message>
        <source>right double quote</source>
        <translation>右双引号</translation>
    </message>
    <message>
        <source>en dash</source>
        <translation>短破折号</translation>
    </message>
    <message>
        <source>em dash</source>
        <translation>破折号</translation>
    </message>
    <message>
        <source>ellipsis</source>
        <translation>省略号</translation>
    </message>
    <message>
        <source>bullet</source>
        <translation>项目符号</translation>
    </message>
    <message>
        <source>no-break space</source>
        <translation>不换行空格</translation>
    </message>
    <message>
        <source>narrow no-break space</source>
        <translation>窄不换行空格</translation>
    </message>
    <message>
        <source>zero-width space</source>
        <translation>零宽空格</translation>
    </message>
    <message>
        <source>full-width space</source>
        <translation>全角空格</translation>
    </message>
    <message>
        <source>byte-order mark</source>
        <translation>字节顺序标记</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>制表符</translation>
    </message>
</context>
<context>
    <name>LengthLine</name>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Needs Unicode because of: {characters}</source>
        <translation>以下字符需要 Unicode 编码：{characters}</translation>
    </message>
    <message>
        <source>{count} left</source>
        <translation>还可输入 {count}</translation>
    </message>
    <message>
        <source>Mainland China: {size}</source>
        <translation>中国大陆：{size}</translation>
    </message>
    <message>
        <source>Elsewhere: {size}</source>
        <translation>其他地区：{size}</translation>
    </message>
    <message>
        <source>{count} characters with the signature</source>
        <translation>含签名 {count} 个字符</translation>
    </message>
    <message>
        <source>{count} characters</source>
        <translation>{count} 个字符</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{character} ({name})</source>
        <translation>{character}（{name}）</translation>
    </message>
    <message>
        <source>1 segment</source>
        <translation>计费 1 条</translation>
    </message>
    <message>
        <source>{count} segments</source>
        <translation>计费 {count} 条</translation>
    </message>
    <message>
        <source>Chinese characters</source>
        <translation>汉字</translation>
    </message>
    <message>
        <source>1 character</source>
        <translation>1 个字符</translation>
    </message>
</context>
<context>
    <name>MessageField</name>
    <message>
        <source>&amp;Message</source>
        <translation>短信内容(&amp;M)</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>短信内容</translation>
    </message>
    <message>
        <source>What they will read</source>
        <translation>收件人将看到的内容</translation>
    </message>
    <message>
        <source>With look-alikes replaced by plain characters it reads:</source>
        <translation>将相似字符替换为普通字符后：</translation>
    </message>
    <message>
        <source>Replace look-a&amp;likes</source>
        <translation>替换相似字符(&amp;L)</translation>
    </message>
    <message>
        <source>Replace look-alikes</source>
        <translation>替换相似字符</translation>
    </message>
    <message>
        <source>The pasted text is too long for a message ({limit} characters at most).</source>
        <translation>粘贴的内容过长（短信最多 {limit} 个字符）。</translation>
    </message>
</context>
<context>
    <name>OutcomeLine</name>
    <message>
        <source>Show in &amp;Deliveries</source>
        <translation>在“发送记录”中查看(&amp;D)</translation>
    </message>
    <message>
        <source>Show in Deliveries</source>
        <translation>在“发送记录”中查看</translation>
    </message>
    <message>
        <source>1 message handed over</source>
        <translation>已移交 1 条短信</translation>
    </message>
    <message>
        <source>{count} messages handed over</source>
        <translation>已移交 {count} 条短信</translation>
    </message>
    <message>
        <source>Undone: nothing was sent.</source>
        <translation>已撤销：未发送任何短信。</translation>
    </message>
    <message>
        <source>Bring t&amp;he text back</source>
        <translation>取回原文(&amp;H)</translation>
    </message>
    <message>
        <source>Bring the text back</source>
        <translation>取回原文</translation>
    </message>
    <message>
        <source>Changes places with what stands here now: pressed again, that comes back.</source>
        <translation>与当前内容互换：再次点击即可换回当前内容。</translation>
    </message>
    <message>
        <source>1 message is held: all sending is stopped</source>
        <translation>1 条短信已暂停：已停止全部发送</translation>
    </message>
    <message>
        <source>{count} messages are held: all sending is stopped</source>
        <translation>{count} 条短信已暂停：已停止全部发送</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>None of these numbers is valid: correct at least one.</source>
        <translation>没有有效号码，请至少改正一个。</translation>
    </message>
    <message>
        <source>No recipients: type or paste at least one number.</source>
        <translation>没有收件人，请输入或粘贴至少一个号码。</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>写短信</translation>
    </message>
    <message>
        <source>&amp;Send…</source>
        <translation>发送(&amp;S)…</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Shows what it comes to and asks before anything leaves (Ctrl+Return)</source>
        <translation>先显示条数和费用，经您确认后才会发送（Ctrl+回车）</translation>
    </message>
</context>
<context>
    <name>RecipientsField</name>
    <message>
        <source>&amp;Recipients</source>
        <translation>收件人(&amp;R)</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>收件人</translation>
    </message>
    <message>
        <source>One number a line, or separated by commas or spaces.
Up to {limit}.</source>
        <translation>每行一个号码，或用逗号、空格分隔。
最多 {limit} 个。</translation>
    </message>
    <message>
        <source>Numbers to correct or to look at</source>
        <translation>需要改正或核对的号码</translation>
    </message>
    <message>
        <source>No numbers yet</source>
        <translation>尚无号码</translation>
    </message>
    <message>
        <source>Valid: {count}</source>
        <translation>有效：{count}</translation>
    </message>
    <message>
        <source>duplicates removed: {count}</source>
        <translation>已去重：{count}</translation>
    </message>
    <message>
        <source>not valid: {count}</source>
        <translation>无效：{count}</translation>
    </message>
    <message>
        <source>to be looked at: {count}</source>
        <translation>待核对：{count}</translation>
    </message>
    <message>
        <source>… and {count} more</source>
        <translation>……另有 {count} 个</translation>
    </message>
    <message>
        <source>Line {line}: {number} — {reason}</source>
        <translation>第 {line} 行：{number}，{reason}</translation>
    </message>
    <message>
        <source>More than {limit} recipients: too many for one message written here. Take some out and send them as another message.</source>
        <translation>收件人超过 {limit} 个，无法在此一次发送。请移出一部分，另行发送。</translation>
    </message>
</context>
<context>
    <name>TemplateBook</name>
    <message>
        <source>Saved.</source>
        <translation>已保存。</translation>
    </message>
    <message>
        <source>Template book</source>
        <translation>模板簿</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板列表</translation>
    </message>
    <message>
        <source>&amp;Id</source>
        <translation>模板 ID(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Signature</source>
        <translation>签名(&amp;S)</translation>
    </message>
    <message>
        <source>Approved &amp;text</source>
        <translation>审核通过的内容(&amp;T)</translation>
    </message>
    <message>
        <source>Template id</source>
        <translation>模板 ID</translation>
    </message>
    <message>
        <source>Template name</source>
        <translation>模板名称</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Approved text</source>
        <translation>审核通过的内容</translation>
    </message>
    <message>
        <source>as at the gateway: 1834521</source>
        <translation>网关中的编号，如 1834521</translation>
    </message>
    <message>
        <source>No templates yet. “New” writes one in, “Fetch from gateway” gets those that are approved.</source>
        <translation>还没有模板。点击“新建”录入一个，或点击“从网关获取”取回已审核通过的模板。</translation>
    </message>
    <message>
        <source>No templates yet. “New” writes one in.</source>
        <translation>还没有模板。点击“新建”录入一个。</translation>
    </message>
    <message>
        <source>what you call it</source>
        <translation>便于您识别的名称</translation>
    </message>
    <message>
        <source>Write the text exactly as it was approved, with its places: {example}</source>
        <translation>请照审核通过的内容逐字填写，变量位置写作：{example}</translation>
    </message>
    <message>
        <source>Ne&amp;w</source>
        <translation>新建(&amp;W)</translation>
    </message>
    <message>
        <source>New template</source>
        <translation>新建模板</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>保存(&amp;V)</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>保存模板</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The id is missing: it is the number the gateway gave the template.</source>
        <translation>缺少模板 ID：即网关为该模板分配的编号。</translation>
    </message>
    <message>
        <source>&amp;Really delete?</source>
        <translation>确定删除？(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>删除模板</translation>
    </message>
    <message>
        <source>Asking the gateway… {seconds} s</source>
        <translation>正在查询网关… {seconds} 秒</translation>
    </message>
    <message>
        <source>&amp;Fetch from gateway</source>
        <translation>从网关获取(&amp;F)</translation>
    </message>
    <message>
        <source>Fetch from gateway</source>
        <translation>从网关获取</translation>
    </message>
    <message>
        <source>The gateway has no templates of this account yet: apply for one in its console.</source>
        <translation>网关上还没有该账号的模板：请在其控制台申请。</translation>
    </message>
    <message>
        <source>New: {added}, changed: {changed}.</source>
        <translation>新增 {added} 个，更新 {changed} 个。</translation>
    </message>
    <message>
        <source>Not approved, so not taken: {ids}.</source>
        <translation>未通过审核，未收录：{ids}。</translation>
    </message>
    <message>
        <source>In the book, but not at the gateway: {ids}.</source>
        <translation>模板簿中有而网关上没有：{ids}。</translation>
    </message>
</context>
<context>
    <name>TemplateField</name>
    <message>
        <source>This id is not in the template book, so its text is not known here. The gateway knows it.</source>
        <translation>模板簿中没有此 ID，因此这里无法显示其内容，以网关中的内容为准。</translation>
    </message>
    <message>
        <source>Choose a template, or type its id.</source>
        <translation>请选择模板，或输入模板 ID。</translation>
    </message>
    <message>
        <source>&amp;Template</source>
        <translation>模板(&amp;T)</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>&amp;Variables</source>
        <translation>变量(&amp;V)</translation>
    </message>
    <message>
        <source>Variables</source>
        <translation>变量</translation>
    </message>
    <message>
        <source>One a line, or separated by commas on one line</source>
        <translation>每行一个，或写在一行并用逗号分隔</translation>
    </message>
    <message>
        <source>Template &amp;book…</source>
        <translation>模板簿(&amp;B)…</translation>
    </message>
    <message>
        <source>Template book</source>
        <translation>模板簿</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Not set yet: {places}</source>
        <translation>尚未填写：{places}</translation>
    </message>
    <message>
        <source>More variables than the template has places ({count} too many).</source>
        <translation>变量个数超出模板所需（多出 {count} 个）。</translation>
    </message>
</context>
<context>
    <name>ThroughField</name>
    <message>
        <source>&amp;Gateway</source>
        <translation>网关(&amp;G)</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>Se&amp;nder or signature</source>
        <translation>发送方或签名(&amp;N)</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>发送方</translation>
    </message>
    <message>
        <source>as the gateway has it</source>
        <translation>以网关设置为准</translation>
    </message>
    <message>
        <source>Simulated: nothing leaves this computer.</source>
        <translation>模拟发送：短信不会离开本机。</translation>
    </message>
    <message>
        <source>This account cannot send yet: see Settings.</source>
        <translation>此账号暂时无法发送，请查看“设置”。</translation>
    </message>
    <message>
        <source>Real: messages are really sent and cost money.</source>
        <translation>真实发送：短信会真正发出，并产生费用。</translation>
    </message>
</context>
<context>
    <name>reasons</name>
    <message>
        <source>{count}: the account's budget of this month does not reach. They go on next month.</source>
        <translation>{count} 条：账号本月预算不足，下月自动继续发送。</translation>
    </message>
    <message>
        <source>{count}: more than the account may send today. They go on at midnight.</source>
        <translation>{count} 条：超过账号今日可发送的数量，零点后自动继续发送。</translation>
    </message>
</context>
</TS>
