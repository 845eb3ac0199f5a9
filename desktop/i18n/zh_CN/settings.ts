<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AccountForm</name>
    <message>
        <source>{gateway}: for practice. Nothing leaves this computer; here you set how it behaves.</source>
        <translation>{gateway}：供练习使用，短信不会离开本机。可在此调整它的表现。</translation>
    </message>
    <message>
        <source>Account of {gateway}</source>
        <translation>{gateway}的账号</translation>
    </message>
    <message>
        <source>Send through it from now on: it becomes the default account</source>
        <translation>今后通过此账号发送：设为默认账号</translation>
    </message>
</context>
<context>
    <name>AccountsCard</name>
    <message>
        <source>Gateway accounts</source>
        <translation>网关账号</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>添加(&amp;A)…</translation>
    </message>
    <message>
        <source>Add account</source>
        <translation>添加账号</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>移除(&amp;M)</translation>
    </message>
    <message>
        <source>Remove account</source>
        <translation>移除账号</translation>
    </message>
    <message>
        <source>Create account</source>
        <translation>创建账号</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Gateway of the new account</source>
        <translation>新账号的网关</translation>
    </message>
    <message>
        <source>What you call it</source>
        <translation>账号名称</translation>
    </message>
    <message>
        <source>Name of the new account</source>
        <translation>新账号的名称</translation>
    </message>
    <message>
        <source>A name has 1 to 40 characters and no dot.</source>
        <translation>名称须为 1 至 40 个字符，且不含英文句点。</translation>
    </message>
    <message>
        <source>There is an account of this name already.</source>
        <translation>已有同名账号。</translation>
    </message>
    <message>
        <source>not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>cannot send yet</source>
        <translation>暂时无法发送</translation>
    </message>
</context>
<context>
    <name>AddressField</name>
    <message>
        <source>Type the address, or choose what comes with the program.</source>
        <translation>请填写地址，或改用程序自带的选项。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Not saved: see the marked field.</source>
        <translation>未保存：请查看标出的字段。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Show a&amp;ll settings</source>
        <translation>显示全部设置(&amp;L)</translation>
    </message>
    <message>
        <source>Show all settings</source>
        <translation>显示全部设置</translation>
    </message>
    <message>
        <source>Reading the settings…</source>
        <translation>正在读取设置…</translation>
    </message>
    <message>
        <source>Not in order in the settings</source>
        <translation>设置中存在问题</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Gateway accounts</source>
        <translation>网关账号</translation>
    </message>
    <message>
        <source>Broker</source>
        <translation>消息代理</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>台账</translation>
    </message>
    <message>
        <source>Worker</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Built-in broker</source>
        <translation>内置消息代理</translation>
    </message>
    <message>
        <source>A broker of your own</source>
        <translation>自备消息代理</translation>
    </message>
    <message>
        <source>broker</source>
        <translation>消息代理</translation>
    </message>
    <message>
        <source>A file on this computer</source>
        <translation>本机文件</translation>
    </message>
    <message>
        <source>A database of your own</source>
        <translation>自备数据库</translation>
    </message>
    <message>
        <source>ledger</source>
        <translation>台账</translation>
    </message>
</context>
<context>
    <name>SaveBar</name>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Save settings</source>
        <translation>保存设置</translation>
    </message>
    <message>
        <source>Re&amp;vert</source>
        <translation>还原(&amp;V)</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Restart &amp;worker now</source>
        <translation>立即重启工作进程(&amp;W)</translation>
    </message>
    <message>
        <source>Restart worker now</source>
        <translation>立即重启工作进程</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>✓ Saved.</source>
        <translation>✓ 已保存。</translation>
    </message>
    <message>
        <source>Close and open SMS Desk again to use: {titles}.</source>
        <translation>以下设置在重新打开 SMS Desk 后生效：{titles}。</translation>
    </message>
    <message>
        <source>It takes effect once the worker has restarted.</source>
        <translation>工作进程重启后生效。</translation>
    </message>
</context>
<context>
    <name>SettingField</name>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {title}</source>
        <translation>移除{title}</translation>
    </message>
    <message>
        <source>Set by environment variable {name}, cannot be changed here.</source>
        <translation>由环境变量 {name} 设定，无法在此更改。</translation>
    </message>
    <message>
        <source>Will be removed when you save.</source>
        <translation>保存后将被移除。</translation>
    </message>
    <message>
        <source>No system keyring here: kept until you quit.</source>
        <translation>本机没有系统密钥环：仅保留到退出程序为止。</translation>
    </message>
    <message>
        <source>Stored in {keyring}.</source>
        <translation>已存入{keyring}。</translation>
    </message>
    <message>
        <source>the system keyring</source>
        <translation>系统密钥环</translation>
    </message>
    <message>
        <source>Will be stored in {keyring}.</source>
        <translation>将存入{keyring}。</translation>
    </message>
    <message>
        <source>No system keyring here: it will be kept until you quit.</source>
        <translation>本机没有系统密钥环：将仅保留到退出程序为止。</translation>
    </message>
</context>
<context>
    <name>TestLine</name>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Test {what}</source>
        <translation>测试{what}</translation>
    </message>
    <message>
        <source>Testing… {seconds} s</source>
        <translation>正在测试… {seconds} 秒</translation>
    </message>
    <message>
        <source>✓ It works.</source>
        <translation>✓ 可以使用。</translation>
    </message>
    <message>
        <source>✓ It works. Balance: {amount}</source>
        <translation>✓ 可以使用。余额：{amount}</translation>
    </message>
</context>
<context>
    <name>value_check</name>
    <message>
        <source>This must be filled in.</source>
        <translation>此项必须填写。</translation>
    </message>
    <message>
        <source>A whole number is needed here.</source>
        <translation>此处需要填写整数。</translation>
    </message>
    <message>
        <source>A number is needed here.</source>
        <translation>此处需要填写数字。</translation>
    </message>
    <message>
        <source>It must be from {minimum} to {maximum}.</source>
        <translation>取值范围为 {minimum} 至 {maximum}。</translation>
    </message>
    <message>
        <source>This is no address this setting takes. It looks like redis://host:6379/0 or postgresql://host/name.</source>
        <translation>此设置不接受这样的地址。地址形如 redis://host:6379/0 或 postgresql://host/name。</translation>
    </message>
    <message>
        <source>Two capital letters are needed, for example CN, HK, SG or US.</source>
        <translation>需要两个大写字母，例如 CN、HK、SG 或 US。</translation>
    </message>
    <message>
        <source>Three capital letters are needed, for example CNY or USD.</source>
        <translation>需要三个大写字母，例如 CNY 或 USD。</translation>
    </message>
    <message>
        <source>This does not have the form that is needed.</source>
        <translation>格式不正确。</translation>
    </message>
</context>
<context>
    <name>usage</name>
    <message>
        <source>Today: {today} of {per_day} messages.</source>
        <translation>今日：已用 {today} / {per_day} 条。</translation>
    </message>
    <message>
        <source>This month: {spent} of {budget}.</source>
        <translation>本月：已用 {spent} / {budget}。</translation>
    </message>
</context>
</TS>
