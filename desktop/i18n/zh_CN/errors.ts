<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>errors</name>
    <message>
        <source>Something did not work, and this window has no words for it ({code}).</source>
        <translation>有一项操作未成功，本窗口没有对应的说明（{code}）。</translation>
    </message>
    <message>
        <source>Nothing was lost. Try again; if it stays, restart the program.</source>
        <translation>数据没有丢失。请重试；若仍然如此，请重新启动程序。</translation>
    </message>
    <message>
        <source>SMS Desk is already open; its window has been brought to the front.</source>
        <translation>SMS Desk 已经打开，其窗口已切换到最前面。</translation>
    </message>
    <message>
        <source>Another SMS Desk uses this folder and does not answer: {home}.</source>
        <translation>另一个 SMS Desk 正在使用此文件夹，但没有响应：{home}。</translation>
    </message>
    <message>
        <source>Wait a moment and start again, or end the other program first.</source>
        <translation>请稍候再启动，或先结束那个程序。</translation>
    </message>
    <message>
        <source>A fault in the program stopped what you asked for. Nothing was lost.</source>
        <translation>程序内部出错，您请求的操作未能完成。数据没有丢失。</translation>
    </message>
    <message>
        <source>Look at Deliveries before you repeat it, and send the bug report to whoever looks after this program.</source>
        <translation>重复操作前请先查看“发送记录”，并将错误报告发给维护本程序的人员。</translation>
    </message>
    <message>
        <source>The part of the program that reads and writes the ledger has ended.</source>
        <translation>程序中负责读写台账的部分已经结束。</translation>
    </message>
    <message>
        <source>It starts again by itself. Look at Deliveries before you repeat what you did.</source>
        <translation>它会自动重新启动。重复刚才的操作前，请先查看“发送记录”。</translation>
    </message>
    <message>
        <source>The clock of its computer was set while it ran. Nothing was lost, and no message became Unknown by it; times in Deliveries from before are by the clock as it was.</source>
        <translation>运行期间，其所在计算机的时钟被调整过。没有丢失短信，也没有短信因此变为“结果未知”；此前的发送记录按原来的时钟计时。</translation>
    </message>
    <message>
        <source>Let the system keep its clock by the network's time.</source>
        <translation>请让系统通过网络自动校时。</translation>
    </message>
    <message>
        <source>The worker ended {count} times right after its start. Messages wait.</source>
        <translation>工作进程启动后随即退出，已连续 {count} 次。短信在等待发送。</translation>
    </message>
    <message>
        <source>Read its log on the Workers page, mend the cause, then click Start worker.</source>
        <translation>请在“工作进程”页查看日志，排除原因后点击“启动工作进程”。</translation>
    </message>
    <message>
        <source>The built-in broker could not be kept running. Messages wait in the ledger.</source>
        <translation>内置消息代理无法保持运行。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Read the log on the Workers page, mend the cause, then restart the program.</source>
        <translation>请在“工作进程”页查看日志，排除原因后重新启动程序。</translation>
    </message>
    <message>
        <source>This computer has no program for the built-in broker. Messages wait in the ledger.</source>
        <translation>本机没有可供内置消息代理使用的程序。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Install Valkey or Redis, or enter a broker address in Settings.</source>
        <translation>请安装 Valkey 或 Redis，或在“设置”中填写消息代理地址。</translation>
    </message>
    <message>
        <source>The built-in broker cannot be started ({cause}). Messages wait in the ledger.</source>
        <translation>内置消息代理无法启动（{cause}）。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Look for a full disk or missing permissions in the program's folder, then restart the program.</source>
        <translation>请检查磁盘是否已满、程序文件夹权限是否足够，然后重新启动程序。</translation>
    </message>
    <message>
        <source>The disk is full, so the built-in broker cannot start. Messages wait in the ledger.</source>
        <translation>磁盘已满，内置消息代理无法启动。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Free disk space; it is tried again by itself.</source>
        <translation>请释放磁盘空间；程序会自动重试。</translation>
    </message>
    <message>
        <source>The built-in broker did not become ready within {seconds} seconds.</source>
        <translation>内置消息代理在 {seconds} 秒内未能就绪。</translation>
    </message>
    <message>
        <source>It is tried again by itself. If it stays so, restart the computer.</source>
        <translation>程序会自动重试。若一直如此，请重新启动电脑。</translation>
    </message>
    <message>
        <source>The built-in broker's file could not be read; it was put aside and the broker began with an empty queue.</source>
        <translation>内置消息代理的数据文件无法读取，已另行保存，队列从空开始。</translation>
    </message>
    <message>
        <source>Nothing is lost: what waits is put on the queue again from the ledger. Check the disk for faults.</source>
        <translation>没有丢失：等待发送的短信会由台账重新放入队列。请检查磁盘是否有故障。</translation>
    </message>
    <message>
        <source>The built-in broker has not been started on this computer yet.</source>
        <translation>本机的内置消息代理尚未启动。</translation>
    </message>
    <message>
        <source>Wait a moment; it starts with the window. Messages wait in the ledger.</source>
        <translation>请稍候，它会随窗口启动。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>The broker does not answer in time. Messages wait in the ledger.</source>
        <translation>消息代理未在限定时间内响应。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Check the network and the broker's computer; sending goes on by itself once it answers.</source>
        <translation>请检查网络和消息代理所在的电脑；恢复响应后会自动继续发送。</translation>
    </message>
    <message>
        <source>The broker refused the user name or password. Messages wait in the ledger.</source>
        <translation>消息代理拒绝了用户名或密码。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Correct the broker address in Settings.</source>
        <translation>请在“设置”中更正消息代理地址。</translation>
    </message>
    <message>
        <source>No broker listens at its address. Messages wait in the ledger.</source>
        <translation>该地址上没有消息代理在运行。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Start the broker, or correct its address in Settings.</source>
        <translation>请启动消息代理，或在“设置”中更正其地址。</translation>
    </message>
    <message>
        <source>The name of the broker's computer is not known in this network.</source>
        <translation>当前网络中找不到消息代理所在电脑的名称。</translation>
    </message>
    <message>
        <source>Correct the broker address in Settings, or check the network.</source>
        <translation>请在“设置”中更正消息代理地址，或检查网络。</translation>
    </message>
    <message>
        <source>The broker answered with something unexpected ({kind}). Messages wait in the ledger.</source>
        <translation>消息代理返回了意外的响应（{kind}）。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Test the broker address in Settings; the Workers page shows the log.</source>
        <translation>请在“设置”中测试消息代理地址；日志见“工作进程”页。</translation>
    </message>
    <message>
        <source>This ledger was written by a newer SMS Desk (version {version}, this one knows {known}). It was not touched.</source>
        <translation>此台账由更新版本的 SMS Desk 写入（版本 {version}，本程序支持到 {known}），未做任何改动。</translation>
    </message>
    <message>
        <source>Install the newer program, or choose another ledger in Settings.</source>
        <translation>请安装新版程序，或在“设置”中选择其他台账。</translation>
    </message>
    <message>
        <source>This ledger is of an earlier version ({version}) and is copied before it is carried over. The copy takes {needed_mb} MB, and {free_mb} MB are free. Nothing was changed; nothing can be sent until there is room.</source>
        <translation>此台账为较早版本（{version}），升级前须先备份。备份需要 {needed_mb} MB，而磁盘只剩 {free_mb} MB。台账未做任何改动；腾出空间之前无法发送。</translation>
    </message>
    <message>
        <source>Free disk space; the program goes on by itself.</source>
        <translation>请释放磁盘空间，程序会自动继续。</translation>
    </message>
    <message>
        <source>The ledger of an earlier version is being carried over. It is copied first: {percent} % done. Messages can be sent once it is finished.</source>
        <translation>正在升级较早版本的台账，先进行备份：已完成 {percent}%。完成后即可发送短信。</translation>
    </message>
    <message>
        <source>Nothing is to be done; the window may be closed, and the next start goes on.</source>
        <translation>无需任何操作；可以关闭窗口，下次启动时会继续。</translation>
    </message>
    <message>
        <source>The ledger of the earlier version was carried over. As it was, it lies in {copy}.</source>
        <translation>已升级较早版本的台账。升级前的台账保存在 {copy}。</translation>
    </message>
    <message>
        <source>Delete that copy once you are sure that you will not go back to the earlier program.</source>
        <translation>确定不再使用旧版本程序后，可删除该备份。</translation>
    </message>
    <message>
        <source>Correct that line in a text editor, or put the copy {backup}, which lies beside it, in its place; then restart the program.</source>
        <translation>请用文本编辑器改正该行，或用同一文件夹中的备份 {backup} 替换它，然后重新启动程序。</translation>
    </message>
    <message>
        <source>The settings file was written by a newer SMS Desk (version {version}, this one knows {known}): {path}. It was not touched; defaults are in force, and no worker of this program starts.</source>
        <translation>设置文件由更新版本的 SMS Desk 写入（版本 {version}，本程序支持到 {known}）：{path}。文件未做任何改动；当前使用默认值，本程序的工作进程不会启动。</translation>
    </message>
    <message>
        <source>Install the newer program, or put an earlier copy of the file (its name ends in .bak) in its place.</source>
        <translation>请安装新版程序，或用该文件的较早备份（文件名以 .bak 结尾）替换它。</translation>
    </message>
    <message>
        <source>The ledger cannot be opened ({reason}). Nothing can be sent until it can.</source>
        <translation>无法打开台账（{reason}）。在此之前不能发送短信。</translation>
    </message>
    <message>
        <source>Check that its folder exists and may be written to, or correct the ledger address in Settings.</source>
        <translation>请确认其文件夹存在且可写，或在“设置”中更正台账地址。</translation>
    </message>
    <message>
        <source>The disk is full, so the ledger cannot be written. Nothing new is accepted; what was released before is safe.</source>
        <translation>磁盘已满，无法写入台账。暂不接受新短信；此前已提交的短信是安全的。</translation>
    </message>
    <message>
        <source>Free disk space, then repeat what you did.</source>
        <translation>请释放磁盘空间，然后重复刚才的操作。</translation>
    </message>
    <message>
        <source>The disk reported a fault while the ledger was read or written.</source>
        <translation>读写台账时磁盘报告了故障。</translation>
    </message>
    <message>
        <source>Save a copy of the program's folder on another disk and have this disk checked.</source>
        <translation>请将程序文件夹复制到其他磁盘，并检查此磁盘。</translation>
    </message>
    <message>
        <source>The ledger is held by another program for too long.</source>
        <translation>台账被其他程序占用过久。</translation>
    </message>
    <message>
        <source>Close programs that have the ledger open, such as a database viewer or a backup, and try again.</source>
        <translation>请关闭正在使用台账的程序（如数据库查看器或备份程序），然后重试。</translation>
    </message>
    <message>
        <source>The ledger's file is damaged and was not touched. Nothing can be sent until it is mended.</source>
        <translation>台账文件已损坏，未做任何改动。修复之前不能发送短信。</translation>
    </message>
    <message>
        <source>Put a backup of it in its place, or move it away to begin with an empty ledger.</source>
        <translation>请用备份替换该文件，或将其移走，从空台账开始。</translation>
    </message>
    <message>
        <source>The ledger may be read but not written.</source>
        <translation>台账只能读取，不能写入。</translation>
    </message>
    <message>
        <source>Correct the permissions of the program's folder, then try again.</source>
        <translation>请更正程序文件夹的权限，然后重试。</translation>
    </message>
    <message>
        <source>The ledger's database server does not answer.</source>
        <translation>台账数据库服务器没有响应。</translation>
    </message>
    <message>
        <source>Check the network and the database server, or correct the ledger address in Settings.</source>
        <translation>请检查网络和数据库服务器，或在“设置”中更正台账地址。</translation>
    </message>
    <message>
        <source>The ledger's database server refused the user name or password.</source>
        <translation>台账数据库服务器拒绝了用户名或密码。</translation>
    </message>
    <message>
        <source>Correct the ledger address in Settings.</source>
        <translation>请在“设置”中更正台账地址。</translation>
    </message>
    <message>
        <source>This installation has no driver for a ledger of the kind {kind}.</source>
        <translation>此安装不含 {kind} 类型台账所需的驱动程序。</translation>
    </message>
    <message>
        <source>For PostgreSQL type: pip install 'sms-desk[postgresql]'. Otherwise use another kind of ledger address.</source>
        <translation>使用 PostgreSQL 请执行：pip install 'sms-desk[postgresql]'；否则请改用其他类型的台账地址。</translation>
    </message>
    <message>
        <source>The disk of the ledger's database server is full. Nothing new is accepted; what was released before is safe.</source>
        <translation>台账数据库服务器的磁盘已满，暂不接受新短信；之前已提交的短信是安全的。</translation>
    </message>
    <message>
        <source>Have disk space freed on the database server, then repeat what you did.</source>
        <translation>请在数据库服务器上释放磁盘空间，然后重试刚才的操作。</translation>
    </message>
    <message>
        <source>The ledger's database server took too long for one request and gave it up.</source>
        <translation>台账数据库服务器处理一项请求的时间过长，已放弃该请求。</translation>
    </message>
    <message>
        <source>Try again; if it stays, have the load of the database server checked.</source>
        <translation>请重试；若仍然如此，请检查数据库服务器的负载。</translation>
    </message>
    <message>
        <source>The ledger's database could not write because others were writing the same rows. Nothing was stored.</source>
        <translation>其他程序正在写入相同的数据，台账数据库未能写入，未保存任何内容。</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>The connection to the ledger broke while it was being written: what you did last may be stored or not.</source>
        <translation>写入台账时连接中断：刚才的操作可能已保存，也可能没有。</translation>
    </message>
    <message>
        <source>Look at Deliveries before you repeat it. Sending the same order again from Compose is safe: it is sent once.</source>
        <translation>重试之前请先查看“发送记录”。在“写短信”页再次点击发送是安全的：同一任务只会发送一次。</translation>
    </message>
    <message>
        <source>The text holds a sign that the ledger cannot store. Nothing was stored.</source>
        <translation>文字中含有台账无法保存的字符，未保存任何内容。</translation>
    </message>
    <message>
        <source>Remove invisible signs from the text or the fields, then try again.</source>
        <translation>请删除文字或各栏中的不可见字符，然后重试。</translation>
    </message>
    <message>
        <source>The ledger's database server takes no more connections: too many programs are connected.</source>
        <translation>台账数据库服务器的连接数已满：连接的程序过多。</translation>
    </message>
    <message>
        <source>Close other programs that use it, or have its limit (max_connections) raised.</source>
        <translation>请关闭其他使用它的程序，或请管理员调高其上限（max_connections）。</translation>
    </message>
    <message>
        <source>The database that the ledger's address names does not exist on its server.</source>
        <translation>台账地址中所写的数据库在服务器上不存在。</translation>
    </message>
    <message>
        <source>Have it made, or correct the ledger address in Settings.</source>
        <translation>请创建该数据库，或在“设置”中更正台账地址。</translation>
    </message>
    <message>
        <source>The database user of the ledger's address may not do what the ledger needs, such as making its tables.</source>
        <translation>台账地址中的数据库用户权限不足，例如不能建表。</translation>
    </message>
    <message>
        <source>Have this user made the owner of the database, or enter another user in the ledger address.</source>
        <translation>请将该用户设为数据库所有者，或在台账地址中填写其他用户。</translation>
    </message>
    <message>
        <source>The ledger's database server only lets read now; it may be a standby. Nothing can be sent through it.</source>
        <translation>台账数据库服务器目前只能读取，可能是备用服务器，无法通过它发送。</translation>
    </message>
    <message>
        <source>Enter the address of the main server in Settings, or wait until it takes over.</source>
        <translation>请在“设置”中填写主服务器的地址，或等待其完成切换。</translation>
    </message>
    <message>
        <source>The database that the ledger's address names holds another program's tables. It was not touched.</source>
        <translation>台账地址中的数据库里有其他程序的数据表，未做任何改动。</translation>
    </message>
    <message>
        <source>Have an empty database made for SMS Desk, and enter its address in Settings.</source>
        <translation>请为 SMS Desk 创建一个空数据库，并在“设置”中填写其地址。</translation>
    </message>
    <message>
        <source>The certificate of the ledger's database server is not accepted, or the server speaks no TLS.</source>
        <translation>台账数据库服务器的证书未通过校验，或其不支持 TLS。</translation>
    </message>
    <message>
        <source>In the ledger address name the authority that signed it (sslmode=verify-full&amp;sslrootcert=/path/ca.pem) and the host name that stands in the certificate.</source>
        <translation>请在台账地址中指定签发该证书的 CA（sslmode=verify-full&amp;sslrootcert=/path/ca.pem），并使用证书中的主机名。</translation>
    </message>
    <message>
        <source>The ledger's PostgreSQL server is too old: version {version}; {least} or newer is needed.</source>
        <translation>台账所在的 PostgreSQL 版本过低：{version}；需要 {least} 或更高版本。</translation>
    </message>
    <message>
        <source>Have the database server upgraded, or choose another ledger in Settings.</source>
        <translation>请升级数据库服务器，或在“设置”中选择其他台账。</translation>
    </message>
    <message>
        <source>The ledger's database has the encoding {encoding}, which cannot hold every text.</source>
        <translation>台账数据库的编码为 {encoding}，无法保存所有文字。</translation>
    </message>
    <message>
        <source>Have a database with the encoding UTF8 made, and enter its address in Settings.</source>
        <translation>请创建 UTF8 编码的数据库，并在“设置”中填写其地址。</translation>
    </message>
    <message>
        <source>The ledger's database reported a fault ({kind}). What you did last may not be stored.</source>
        <translation>台账数据库报告了错误（{kind}）。刚才的操作可能没有保存。</translation>
    </message>
    <message>
        <source>Look at Deliveries, then try again. If it stays, restart the program.</source>
        <translation>请先查看“发送记录”再重试。若一直如此，请重新启动程序。</translation>
    </message>
    <message>
        <source>SMS Desk cannot use its folder: {path}.</source>
        <translation>SMS Desk 无法使用其文件夹：{path}。</translation>
    </message>
    <message>
        <source>Free disk space if there is none left. Otherwise ask whoever looks after this computer: your user must be allowed to write in this folder, or SMSDESK_HOME must name another one.</source>
        <translation>若磁盘空间已满，请先清理出空间。否则请联系管理这台电脑的人员：需要让您的用户可以写入此文件夹，或用 SMSDESK_HOME 指定其他文件夹。</translation>
    </message>
    <message>
        <source>The settings file cannot be read: {path}. Defaults are in force.</source>
        <translation>无法读取设置文件：{path}。目前使用默认设置。</translation>
    </message>
    <message>
        <source>Correct the file's permissions, then restart the program.</source>
        <translation>请更正该文件的权限，然后重新启动程序。</translation>
    </message>
    <message>
        <source>The settings file has a mistake in line {line}: {path}. Defaults are in force, the file was not touched.</source>
        <translation>设置文件第 {line} 行有错误：{path}。目前使用默认设置，文件未被改动。</translation>
    </message>
    <message>
        <source>Correct that line in a text editor, or move the file away and enter the settings anew.</source>
        <translation>请用文本编辑器改正该行，或将文件移走后重新填写设置。</translation>
    </message>
    <message>
        <source>Which ledger is meant is not known: the settings file that names it cannot be used: {path}. No message is accepted, so that none goes where nobody would look for it.</source>
        <translation>无法得知应使用哪个台账：指定它的设置文件无法使用：{path}。为避免短信写入无人查看的台账，暂不接受任何短信。</translation>
    </message>
    <message>
        <source>Correct the file, or put the copy beside it (its name ends in .bak) in its place. It goes on by itself then.</source>
        <translation>请改正该文件，或用旁边以 .bak 结尾的备份替换它，之后会自动继续。</translation>
    </message>
    <message>
        <source>The settings could not be saved: {path}. The former ones stay in force.</source>
        <translation>无法保存设置：{path}。原有设置继续有效。</translation>
    </message>
    <message>
        <source>Free disk space or correct the permissions, then save again.</source>
        <translation>请释放磁盘空间或更正权限，然后再次保存。</translation>
    </message>
    <message>
        <source>The setting {key} cannot be used: {reason}. Its default is in force.</source>
        <translation>设置项 {key} 无法使用：{reason}。目前使用其默认值。</translation>
    </message>
    <message>
        <source>Correct it in Settings, in settings.toml or in the environment.</source>
        <translation>请在“设置”、settings.toml 或环境变量中更正。</translation>
    </message>
    <message>
        <source>settings.toml has a setting that this program does not know: {key}. It is ignored.</source>
        <translation>settings.toml 中有本程序不认识的设置项：{key}，已忽略。</translation>
    </message>
    <message>
        <source>A budget needs the price per segment: without it nobody can count what is spent. The budget is not kept.</source>
        <translation>预算需要每计费条的单价：没有单价就无法统计花费，预算不会生效。</translation>
    </message>
    <message>
        <source>Fill in the price per segment of the account, or leave its budget empty.</source>
        <translation>请填写该账号每计费条的单价，或将预算留空。</translation>
    </message>
    <message>
        <source>The pool gevent cannot be chosen by a setting: its worker would take no task. No worker starts with it.</source>
        <translation>不能通过设置选用 gevent 进程池：这样启动的工作进程取不到任务，因此不会启动。</translation>
    </message>
    <message>
        <source>Choose another pool; on a server, start a worker with the option -P gevent.</source>
        <translation>请改用其他进程池；在服务器上可用 -P gevent 选项启动工作进程。</translation>
    </message>
    <message>
        <source>The pool prefork does not exist on Windows. No worker starts with it.</source>
        <translation>Windows 上没有 prefork 进程池，工作进程不会以它启动。</translation>
    </message>
    <message>
        <source>Choose the pool threads.</source>
        <translation>请选用 threads 进程池。</translation>
    </message>
    <message>
        <source>Correct its spelling, or delete it.</source>
        <translation>请更正拼写或将其删除。</translation>
    </message>
    <message>
        <source>The file that {key} names cannot be read as one line of text. Its setting is missing.</source>
        <translation>无法把 {key} 指定的文件作为一行文本读取，因此缺少该项设置。</translation>
    </message>
    <message>
        <source>Correct the path in the environment, or let your user read the file, then restart the program.</source>
        <translation>请改正环境变量中的路径，或让当前用户可以读取该文件，然后重新启动程序。</translation>
    </message>
    <message>
        <source>The environment has a setting that this program does not know: {key}. It is ignored.</source>
        <translation>环境变量中有本程序不认识的设置项：{key}，已忽略。</translation>
    </message>
    <message>
        <source>Correct its spelling, or remove it.</source>
        <translation>请更正拼写或将其删除。</translation>
    </message>
    <message>
        <source>settings.toml holds a secret ({key}). It is not used from there, because others may read that file.</source>
        <translation>settings.toml 中含有密钥（{key}）。该文件可能被他人读取，因此不予使用。</translation>
    </message>
    <message>
        <source>Enter it in Settings, which keeps it in the system keyring, and delete it from the file.</source>
        <translation>请在“设置”中填写（将保存到系统密钥环），并从文件中删除。</translation>
    </message>
    <message>
        <source>The broker was reached, but not by TLS that can be trusted: its certificate is not of the named authority or not for the host in the address, or it speaks no TLS there. Nothing was handed to it.</source>
        <translation>已连上消息代理，但 TLS 不可信：证书不是由指定的颁发机构签发，或与地址中的主机不符，或该端口不支持 TLS。未向其提交任何内容。</translation>
    </message>
    <message>
        <source>Correct the host or ssl_ca_certs in the broker address, or have the broker's certificate renewed.</source>
        <translation>请更正消息代理地址中的主机或 ssl_ca_certs，或更新消息代理的证书。</translation>
    </message>
    <message>
        <source>A file that the broker address names for TLS cannot be read on this computer: {path}.</source>
        <translation>消息代理地址中为 TLS 指定的文件在本机无法读取：{path}。</translation>
    </message>
    <message>
        <source>Put the file there, or correct the broker address in Settings.</source>
        <translation>请将文件放到该位置，或在“设置”中更正消息代理地址。</translation>
    </message>
    <message>
        <source>The broker's user lacks rights that SMS Desk needs. Messages wait in the ledger.</source>
        <translation>消息代理的用户缺少 SMS Desk 所需的权限。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Give that user the rights listed in docs/redis.md or docs/rabbitmq.md.</source>
        <translation>请为该用户授予 docs/redis.md 或 docs/rabbitmq.md 中列出的权限。</translation>
    </message>
    <message>
        <source>The broker has no virtual host of the name in its address. Messages wait in the ledger.</source>
        <translation>消息代理上没有地址中所写的虚拟主机。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Correct the end of the broker address in Settings, or make the virtual host on the broker.</source>
        <translation>请在“设置”中更正消息代理地址的末段，或在消息代理上创建该虚拟主机。</translation>
    </message>
    <message>
        <source>The broker takes nothing at the moment: its memory or its disk is full. Messages wait in the ledger.</source>
        <translation>消息代理暂不接收任务：其内存或磁盘已满。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Make room on the broker's computer; sending goes on by itself.</source>
        <translation>请在消息代理所在的机器上释放空间；之后会自动继续发送。</translation>
    </message>
    <message>
        <source>On the broker there is a queue of SMS Desk's that was declared in another way, so it cannot be used.</source>
        <translation>消息代理上已有 SMS Desk 的同名队列，但声明方式不同，无法使用。</translation>
    </message>
    <message>
        <source>Delete the queues smsdesk.… on the broker, then restart the worker: nothing is lost, messages wait in the ledger.</source>
        <translation>请在消息代理上删除以 smsdesk. 开头的队列，然后重启工作进程：不会丢失短信，它们都在台账中。</translation>
    </message>
    <message>
        <source>The Sentinels know no master of the name in the broker address, or it is just being replaced. Messages wait in the ledger.</source>
        <translation>哨兵（Sentinel）不知道消息代理地址中所写名称的主节点，或主节点正在切换。短信保存在台账中等待。</translation>
    </message>
    <message>
        <source>Wait half a minute; if it stays, correct master_name in the broker address.</source>
        <translation>请等待半分钟；若仍如此，请更正消息代理地址中的 master_name。</translation>
    </message>
    <message>
        <source>The broker's queue “celery” is used by another application. The worker put its task back and takes nothing from that queue any more; what other clients send to SMS Desk by a task's name waits there.</source>
        <translation>消息代理的队列“celery”正被另一个应用使用。工作进程已将其任务放回，并不再从该队列取任务；其他客户端按任务名发给 SMS Desk 的短信会在其中等待。</translation>
    </message>
    <message>
        <source>Give SMS Desk a broker, a database number or a virtual host of its own, then restart the worker.</source>
        <translation>请为 SMS Desk 配置独立的消息代理、数据库编号或虚拟主机，然后重启工作进程。</translation>
    </message>
    <message>
        <source>{key} names Sentinels but not the master they watch. It is not used.</source>
        <translation>{key} 指定了哨兵（Sentinel），但未给出其监视的主节点名称，因此不予使用。</translation>
    </message>
    <message>
        <source>Add ?master_name=… to the address, as in the Sentinels' own settings.</source>
        <translation>请在地址后加上 ?master_name=…，名称与哨兵自身配置一致。</translation>
    </message>
    <message>
        <source>{key} asks for TLS without checking the other side's certificate, which protects nothing. It is not used.</source>
        <translation>{key} 使用了 TLS 但不校验对方证书，起不到保护作用，因此不予使用。</translation>
    </message>
    <message>
        <source>Add ?ssl_cert_reqs=required to the address.</source>
        <translation>请在地址后加上 ?ssl_cert_reqs=required。</translation>
    </message>
    <message>
        <source>The result backend rpc:// gives each result only once, so states could not be shown. It is not used.</source>
        <translation>结果存储 rpc:// 的每个结果只能读取一次，无法显示状态，因此不予使用。</translation>
    </message>
    <message>
        <source>Leave the result backend empty, or name a Redis server or a database.</source>
        <translation>请将结果存储留空，或填写 Redis 服务器或数据库地址。</translation>
    </message>
    <message>
        <source>{key} comes from the environment variable {variable}, which wins over what is entered here. Nothing was changed.</source>
        <translation>{key} 由环境变量 {variable} 设定，优先于此处填写的内容，未做任何改动。</translation>
    </message>
    <message>
        <source>Change or remove the variable in the environment, then restart the program.</source>
        <translation>请更改或删除该环境变量，然后重新启动程序。</translation>
    </message>
    <message>
        <source>The test got no answer within 5 seconds.</source>
        <translation>测试在 5 秒内没有得到响应。</translation>
    </message>
    <message>
        <source>Check the address and the network; a firewall may swallow the connection.</source>
        <translation>请检查地址和网络；连接可能被防火墙拦截。</translation>
    </message>
    <message>
        <source>The broker is on another computer, but the ledger is a file on this one: workers elsewhere could not see the messages. The built-in broker is used instead.</source>
        <translation>消息代理在另一台电脑上，而台账是本机文件，其他电脑上的工作进程看不到短信。目前改用内置消息代理。</translation>
    </message>
    <message>
        <source>Set a PostgreSQL ledger address that all computers share.</source>
        <translation>请设置各电脑共用的 PostgreSQL 台账地址。</translation>
    </message>
    <message>
        <source>The account {account} names a gateway that this program does not know: {gateway}.</source>
        <translation>账号 {account} 所用的网关本程序不认识：{gateway}。</translation>
    </message>
    <message>
        <source>Choose one of the gateways offered in Settings.</source>
        <translation>请在“设置”中选择列出的网关。</translation>
    </message>
    <message>
        <source>There is no gateway account named {account}.</source>
        <translation>没有名为 {account} 的网关账号。</translation>
    </message>
    <message>
        <source>Choose another account, or add it in Settings.</source>
        <translation>请选择其他账号，或在“设置”中添加。</translation>
    </message>
    <message>
        <source>The account {account} is not complete: {field} is missing.</source>
        <translation>账号 {account} 尚未填写完整：缺少 {field}。</translation>
    </message>
    <message>
        <source>Fill it in on the Settings page, then restart the worker.</source>
        <translation>请在“设置”页填写，然后重启工作进程。</translation>
    </message>
    <message>
        <source>The account {account} cannot be used: {field} is not right.</source>
        <translation>账号 {account} 无法使用：{field} 不正确。</translation>
    </message>
    <message>
        <source>Correct it on the Settings page, then restart the worker.</source>
        <translation>请在“设置”页更正，然后重启工作进程。</translation>
    </message>
    <message>
        <source>The gateway {gateway} refused the login: {reason}</source>
        <translation>网关 {gateway} 拒绝登录：{reason}</translation>
    </message>
    <message>
        <source>Compare the account's fields in Settings with those on the gateway's own page.</source>
        <translation>请将“设置”中该账号的内容与网关网站上的内容核对。</translation>
    </message>
    <message>
        <source>The gateway cannot be reached: {reason}</source>
        <translation>无法连接网关：{reason}</translation>
    </message>
    <message>
        <source>Check the network and the gateway's address in Settings.</source>
        <translation>请检查网络和“设置”中的网关地址。</translation>
    </message>
    <message>
        <source>The gateway gave no usable answer: {reason}</source>
        <translation>网关没有给出可用的响应：{reason}</translation>
    </message>
    <message>
        <source>Try again in a moment; if it stays, ask the gateway's support.</source>
        <translation>请稍后重试；若一直如此，请咨询网关客服。</translation>
    </message>
    <message>
        <source>The window asked for something in a form that was not understood ({field}). Nothing was done.</source>
        <translation>窗口的请求格式无法识别（{field}），未执行任何操作。</translation>
    </message>
    <message>
        <source>Restart the program; window and its parts may be of different versions.</source>
        <translation>请重新启动程序；窗口与其组成部分的版本可能不一致。</translation>
    </message>
    <message>
        <source>The window asked for something that this version does not know ({do}). Nothing was done.</source>
        <translation>窗口请求了此版本不支持的操作（{do}），未执行任何操作。</translation>
    </message>
    <message>
        <source>Something that is needed is missing: {field}. Nothing was sent.</source>
        <translation>缺少必填内容：{field}。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Fill it in and try again.</source>
        <translation>请补充后重试。</translation>
    </message>
    <message>
        <source>There is no valid recipient. Nothing was sent.</source>
        <translation>没有有效的收件号码。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Enter at least one valid number.</source>
        <translation>请至少填写一个有效号码。</translation>
    </message>
    <message>
        <source>The recipients have to be checked again. Nothing was sent.</source>
        <translation>收件号码需要重新检查。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Wait until the numbers are checked, then send again.</source>
        <translation>请等待号码检查完成，然后再次发送。</translation>
    </message>
    <message>
        <source>The message has no text. Nothing was sent.</source>
        <translation>短信没有内容。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Write a text and send again.</source>
        <translation>请填写内容后再次发送。</translation>
    </message>
    <message>
        <source>This gateway sends approved templates only, and none is chosen. Nothing was sent.</source>
        <translation>此网关只发送已审核的模板短信，而尚未选择模板。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Choose a template, or another gateway account.</source>
        <translation>请选择模板，或换用其他网关账号。</translation>
    </message>
    <message>
        <source>Variable {number} of the template is empty. Nothing was sent.</source>
        <translation>模板的第 {number} 个变量为空。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Fill it in and send again.</source>
        <translation>请填写后再次发送。</translation>
    </message>
    <message>
        <source>The template takes {expected} variables, but {given} are given. Nothing was sent.</source>
        <translation>模板需要 {expected} 个变量，却填写了 {given} 个。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Remove the surplus ones and send again.</source>
        <translation>请删除多余的变量后再次发送。</translation>
    </message>
    <message>
        <source>It was cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Start it again if you still want it.</source>
        <translation>如仍需要，请重新开始。</translation>
    </message>
    <message>
        <source>A newer question took its place.</source>
        <translation>已被更新的查询取代。</translation>
    </message>
    <message>
        <source>Nothing needs to be done.</source>
        <translation>无需处理。</translation>
    </message>
    <message>
        <source>This list is no longer open.</source>
        <translation>此列表已关闭。</translation>
    </message>
    <message>
        <source>Look at Deliveries again; it opens anew.</source>
        <translation>请重新查看“发送记录”，列表会重新打开。</translation>
    </message>
    <message>
        <source>This message is not in the ledger.</source>
        <translation>台账中没有这条短信。</translation>
    </message>
    <message>
        <source>Refresh Deliveries; another ledger may be in use.</source>
        <translation>请刷新“发送记录”；当前使用的可能是另一个台账。</translation>
    </message>
    <message>
        <source>The filter names a state that does not exist.</source>
        <translation>筛选条件中的状态不存在。</translation>
    </message>
    <message>
        <source>Choose a state from the list.</source>
        <translation>请从列表中选择状态。</translation>
    </message>
    <message>
        <source>The list cannot be sorted by this column.</source>
        <translation>列表不能按此列排序。</translation>
    </message>
    <message>
        <source>Choose another column.</source>
        <translation>请选择其他列。</translation>
    </message>
    <message>
        <source>More than {most} messages are too many to sort this way.</source>
        <translation>短信超过 {most} 条，无法这样排序。</translation>
    </message>
    <message>
        <source>Narrow the filter first, or sort by time.</source>
        <translation>请先缩小筛选范围，或按时间排序。</translation>
    </message>
    <message>
        <source>The file could not be written ({reason}). No complete export exists.</source>
        <translation>无法写入文件（{reason}），未生成完整的导出文件。</translation>
    </message>
    <message>
        <source>Choose another folder or free disk space, then export again.</source>
        <translation>请选择其他文件夹或释放磁盘空间，然后重新导出。</translation>
    </message>
    <message>
        <source>The export ended before it was complete.</source>
        <translation>导出未完成即已结束。</translation>
    </message>
    <message>
        <source>Start it again; nothing else is affected.</source>
        <translation>请重新开始导出；其他内容不受影响。</translation>
    </message>
    <message>
        <source>it has the wrong form</source>
        <translation>格式不正确</translation>
    </message>
    <message>
        <source>it is not a number</source>
        <translation>不是数字</translation>
    </message>
    <message>
        <source>it is not one of {choices}</source>
        <translation>不在可选值之内：{choices}</translation>
    </message>
    <message>
        <source>it is below {minimum}</source>
        <translation>小于 {minimum}</translation>
    </message>
    <message>
        <source>it is above {maximum}</source>
        <translation>大于 {maximum}</translation>
    </message>
    <message>
        <source>there is no such account</source>
        <translation>没有这个账号</translation>
    </message>
    <message>
        <source>it is not a whole number</source>
        <translation>不是整数</translation>
    </message>
    <message>
        <source>it is neither yes nor no</source>
        <translation>既不是“是”也不是“否”</translation>
    </message>
    <message>
        <source>The gateway {gateway} did not answer the question: {reason}</source>
        <translation>网关 {gateway} 未答复此次查询：{reason}</translation>
    </message>
    <message>
        <source>The gateway of the account {account} cannot be asked for its templates.</source>
        <translation>账号 {account} 的网关不支持查询模板。</translation>
    </message>
    <message>
        <source>Write the approved texts into the template book by hand.</source>
        <translation>请手工将审核通过的内容填入模板簿。</translation>
    </message>
    <message>
        <source>Another program handed over a message whose argument {name} has the wrong form. Nothing was sent.</source>
        <translation>其他程序提交的短信中，参数 {name} 的格式不正确。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Its developer finds the forms of to, datas and temp_id in the README.</source>
        <translation>请其开发人员参阅 README 中 to、datas、temp_id 的格式。</translation>
    </message>
    <message>
        <source>Another program handed over a message with too few or too many arguments. Nothing was sent.</source>
        <translation>其他程序提交短信时参数过少或过多。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Its developer finds what send_sms takes in the README: to, datas, temp_id.</source>
        <translation>请其开发人员参阅 README：send_sms 的参数为 to、datas、temp_id。</translation>
    </message>
    <message>
        <source>Another program handed over a message, but which gateway account it should go through is not known: the settings cannot be used. Nothing was sent.</source>
        <translation>其他程序提交了短信，但设置无法使用，不知道应通过哪个网关账号发送。没有发送任何内容。</translation>
    </message>
    <message>
        <source>Correct the settings, then restart the worker.</source>
        <translation>请改正设置，然后重新启动工作进程。</translation>
    </message>
    <message>
        <source>There are {given} recipients, and at most {most} can go together. Nothing was sent.</source>
        <translation>共有 {given} 个号码，一次最多 {most} 个。没有发送任何短信。</translation>
    </message>
    <message>
        <source>Send in several parts.</source>
        <translation>请分成几次发送。</translation>
    </message>
    <message>
        <source>This batch is not in the ledger. Nothing was changed.</source>
        <translation>台账中没有这个批次，未做任何更改。</translation>
    </message>
    <message>
        <source>The message waits a moment, so that sending can still be undone.</source>
        <translation>短信稍作等待，此时仍可撤销发送。</translation>
    </message>
    <message>
        <source>It goes out by itself; Undo keeps the whole batch from being sent.</source>
        <translation>时间一到会自动发出；点击“撤销”则整个批次都不会发送。</translation>
    </message>
    <message>
        <source>No worker is running, so the message waits.</source>
        <translation>没有正在运行的工作进程，短信在等待。</translation>
    </message>
    <message>
        <source>Start the worker on the Workers page.</source>
        <translation>请在“工作进程”页启动工作进程。</translation>
    </message>
    <message>
        <source>No worker has the account {account}, so the message waits.</source>
        <translation>没有工作进程配置了账号 {account}，短信在等待。</translation>
    </message>
    <message>
        <source>Give a worker the account's credentials, in Settings or in its computer's environment, and restart it.</source>
        <translation>请在“设置”中或在运行工作进程的计算机的环境变量中填写该账号的凭据，然后重启工作进程。</translation>
    </message>
    <message>
        <source>The account {account} is stopped, so the message waits.</source>
        <translation>账号 {account} 已暂停，短信在等待。</translation>
    </message>
    <message>
        <source>No address to ask for updates is set, so nothing was asked.</source>
        <translation>没有设置更新信息地址，因此未进行查询。</translation>
    </message>
    <message>
        <source>Ask whoever gave you SMS Desk for new versions. An administrator can set the address under Settings, Show all settings.</source>
        <translation>请向提供 SMS Desk 的人员索取新版本。管理员可以在“设置”中勾选“显示全部设置”后填写该地址。</translation>
    </message>
    <message>
        <source>The address for updates could not be reached.</source>
        <translation>无法连接更新信息地址。</translation>
    </message>
    <message>
        <source>The server with information about updates takes no connections.</source>
        <translation>提供更新信息的服务器拒绝连接。</translation>
    </message>
    <message>
        <source>Try again later; if it stays, tell whoever looks after this program, for the address may be wrong.</source>
        <translation>请稍后重试；若仍然如此，请告知维护本程序的人员，地址可能有误。</translation>
    </message>
    <message>
        <source>The server with information about updates could not prove who it is.</source>
        <translation>提供更新信息的服务器未能通过身份验证。</translation>
    </message>
    <message>
        <source>Look at the clock of this computer; a firewall or a proxy may be in between.</source>
        <translation>请检查这台电脑的时钟；中间也可能有防火墙或代理。</translation>
    </message>
    <message>
        <source>Look whether this computer is online, then try again.</source>
        <translation>请检查本机网络后重试。</translation>
    </message>
    <message>
        <source>The address for updates answered with status {status} instead of a version.</source>
        <translation>更新信息地址返回了状态 {status}，没有返回版本信息。</translation>
    </message>
    <message>
        <source>Try again later; if it stays, tell whoever looks after this program.</source>
        <translation>请稍后重试；如仍然如此，请告知维护本程序的人员。</translation>
    </message>
    <message>
        <source>What came from the address for updates is no information about a version.</source>
        <translation>更新信息地址返回的内容不是版本信息。</translation>
    </message>
    <message>
        <source>Tell whoever looks after this program; the address may be wrong.</source>
        <translation>请告知维护本程序的人员，该地址可能有误。</translation>
    </message>
</context>
</TS>
