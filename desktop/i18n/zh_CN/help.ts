<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>HelpButton</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>&amp;Report a problem…</source>
        <translation>报告问题(&amp;R)…</translation>
    </message>
    <message>
        <source>Check for &amp;updates…</source>
        <translation>检查更新(&amp;U)…</translation>
    </message>
    <message>
        <source>&amp;About SMS Desk…</source>
        <translation>关于 SMS Desk 短信台(&amp;A)…</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Looking at versions, settings and logs…</source>
        <translation>正在读取版本、设置和日志…</translation>
    </message>
    <message>
        <source>More could not be found out.</source>
        <translation>未能获取更多信息。</translation>
    </message>
    <message>
        <source>A fault in SMS Desk</source>
        <translation>SMS Desk 短信台程序错误</translation>
    </message>
    <message>
        <source>Something in this program went wrong. Your messages are safe in the ledger, and the window goes on. Please send the report below to whoever looks after this program; numbers and passwords are already taken out of it.</source>
        <translation>程序内部出现错误。您的短信安全地保存在台账中，窗口可继续使用。请将下面的报告发给维护本程序的人员；其中的号码和密码均已去除。</translation>
    </message>
    <message>
        <source>Report a problem</source>
        <translation>报告问题</translation>
    </message>
    <message>
        <source>Tell whoever looks after this program what you did and what happened, and paste this report below it. Phone numbers, texts, passwords and names are taken out; read it before you send it. SMS Desk itself sends it nowhere.</source>
        <translation>请告诉维护本程序的人员您做了什么、发生了什么，并把这份报告附在后面。报告中的手机号码、短信内容、密码和姓名均已去除，发出前请您过目。SMS Desk 本身不会把它发送到任何地方。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation>复制报告(&amp;C)</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>✓ Copied</source>
        <translation>✓ 已复制</translation>
    </message>
</context>
<context>
    <name>AboutDialog</name>
    <message>
        <source>This part came without a text of its licence.</source>
        <translation>该组件未附带许可证文本。</translation>
    </message>
    <message>
        <source>About SMS Desk</source>
        <translation>关于 SMS Desk 短信台</translation>
    </message>
    <message>
        <source>A desktop panel for sending SMS: nothing is lost, nothing is sent twice, the window never waits.</source>
        <translation>桌面短信发送管理程序：不丢失、不重发、窗口不卡顿。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Where things are</source>
        <translation>文件位置</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>&amp;Copy versions</source>
        <translation>复制版本信息(&amp;C)</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>复制版本信息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>台账</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open the folder of {what}</source>
        <translation>打开“{what}”所在的文件夹</translation>
    </message>
    <message>
        <source>in a database of your own</source>
        <translation>在自备的数据库中</translation>
    </message>
    <message>
        <source>Parts that others made</source>
        <translation>第三方组件</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>SMS Desk is under the MIT licence. It stands on the work of others, each under its own licence. Qt and Qt for Python are used under the LGPL 3: you may replace their libraries by your own.</source>
        <translation>SMS Desk 采用 MIT 许可证，并使用了他人的成果，各自适用其许可证。Qt 和 Qt for Python 依 LGPL 3 使用：您可以用自己的版本替换其程序库。</translation>
    </message>
</context>
<context>
    <name>UpdatesDialog</name>
    <message>
        <source>Check for updates</source>
        <translation>检查更新</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Open the page of the new version</source>
        <translation>打开新版本的网页</translation>
    </message>
    <message>
        <source>Asking</source>
        <translation>正在查询</translation>
    </message>
    <message>
        <source>Asking whether there is a newer version than {here}…</source>
        <translation>正在查询是否有比 {here} 更新的版本…</translation>
    </message>
    <message>
        <source>There is a newer version: {newest}. This is {here}.</source>
        <translation>有新版本：{newest}。当前版本为 {here}。</translation>
    </message>
    <message>
        <source>You have the newest version, {here}.</source>
        <translation>您使用的已是最新版本 {here}。</translation>
    </message>
</context>
</TS>
