-- For a ledger that was just restored, before any worker sees it: all sending is stopped, as an operator would have. What
-- waited in the dump may have left since, and the dump does not know it. A person looks, and then resumes.
-- 用于刚恢复、尚无工作进程连接的台账：停止全部发送。备份时等待中的短信此后可能已经发出，须由人核对后再继续发送。
\set ON_ERROR_STOP on
BEGIN;
UPDATE ledger_info SET value = CAST(CAST(extract(epoch FROM now()) * 1000 AS bigint) AS text)
    WHERE name = 'stopped_ms' AND value = '';
-- As tasks/ledger/backup.py has it in the copy of an SQLite ledger.
UPDATE messages SET state = 'held', reason = 'operator.stopped', due_ms = CASE state WHEN 'scheduled' THEN due_ms END
    WHERE state IN ('queued', 'retrying', 'scheduled');
COMMIT;
