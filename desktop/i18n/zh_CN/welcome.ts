<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome to SMS Desk</source>
        <translation>欢迎使用 SMS Desk 短信台</translation>
    </message>
    <message>
        <source>Three questions, and you can write your first message.</source>
        <translation>回答三个问题，就可以写第一条短信了。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>What do you want to begin with?</source>
        <translation>您想从哪里开始？</translation>
    </message>
    <message>
        <source>&amp;Practice</source>
        <translation>先练习(&amp;P)</translation>
    </message>
    <message>
        <source>Practice</source>
        <translation>先练习</translation>
    </message>
    <message>
        <source>Everything works as it does in earnest, but no message leaves this computer and it costs nothing.</source>
        <translation>操作与正式发送完全一样，但短信不会离开本机，也不产生费用。</translation>
    </message>
    <message>
        <source>A &amp;real gateway</source>
        <translation>正式的短信网关(&amp;R)</translation>
    </message>
    <message>
        <source>A real gateway</source>
        <translation>正式的短信网关</translation>
    </message>
    <message>
        <source>You enter what your contract with the gateway says. Nothing is sent before you press Send.</source>
        <translation>填写网关服务商提供的账号信息。在您点击“发送”之前不会发出任何短信。</translation>
    </message>
    <message>
        <source>&amp;Gateway</source>
        <translation>网关(&amp;G)</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>Where are the &amp;numbers you write to?</source>
        <translation>您主要向哪里的号码发送？(&amp;N)</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>地区</translation>
    </message>
    <message>
        <source>Numbers without a country code are taken to be from there.</source>
        <translation>未写国家代码的号码按此地区处理。</translation>
    </message>
    <message>
        <source>All of this can be changed at any time under Settings.</source>
        <translation>以上内容随时可以在“设置”中更改。</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>开始使用(&amp;S)</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始使用</translation>
    </message>
</context>
</TS>
