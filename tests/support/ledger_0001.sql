-- A ledger of the first version, as that program wrote it: never to be made anew.
BEGIN TRANSACTION;
CREATE TABLE accounts (
	name TEXT NOT NULL,
	gateway TEXT NOT NULL,
	held_reason TEXT,
	held_ms BIGINT,
	rate_per_s FLOAT,
	allowance FLOAT DEFAULT '0' NOT NULL,
	allowance_ms BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (name)
);
INSERT INTO "accounts" VALUES('simulator','simulator',NULL,NULL,NULL,0.0,0);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE batches (
	batch_id INTEGER NOT NULL,
	request_id TEXT NOT NULL,
	source TEXT NOT NULL,
	account TEXT NOT NULL,
	lane TEXT NOT NULL,
	total INTEGER NOT NULL,
	created_ms BIGINT NOT NULL,
	PRIMARY KEY (batch_id),
	UNIQUE (request_id)
);
INSERT INTO "batches" VALUES(1,'the first click','panel','simulator','single',1,1795410878287);
INSERT INTO "batches" VALUES(2,'the second click','panel','simulator','bulk',2,1795410878310);
CREATE TABLE chunks (
	chunk_id INTEGER NOT NULL,
	batch_id INTEGER NOT NULL,
	account TEXT NOT NULL,
	first_id INTEGER NOT NULL,
	last_id INTEGER NOT NULL,
	uniform BOOLEAN NOT NULL,
	state TEXT NOT NULL,
	published_ms BIGINT,
	PRIMARY KEY (chunk_id),
	FOREIGN KEY(batch_id) REFERENCES batches (batch_id)
);
INSERT INTO "chunks" VALUES(1,2,'simulator',2,3,1,'published',1795410878310);
CREATE TABLE counters (
	name TEXT NOT NULL,
	value BIGINT NOT NULL,
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('message',3);
INSERT INTO "counters" VALUES('chunk',1);
INSERT INTO "counters" VALUES('batch',2);
INSERT INTO "counters" VALUES('revision',2);
CREATE TABLE leases (
	name TEXT NOT NULL,
	holder TEXT NOT NULL,
	until_ms BIGINT NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE ledger_info (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
);
INSERT INTO "ledger_info" VALUES('uuid','ed6a2d38584344c3b42991ce30d04922');
INSERT INTO "ledger_info" VALUES('created_ms','1795410878261');
CREATE TABLE messages (
	message_id INTEGER NOT NULL,
	batch_id INTEGER NOT NULL,
	chunk_id INTEGER,
	source TEXT NOT NULL,
	task_key TEXT,
	account TEXT NOT NULL,
	recipient TEXT NOT NULL,
	text TEXT NOT NULL,
	template_id TEXT,
	variables TEXT,
	sender TEXT,
	segments INTEGER,
	price_micros BIGINT,
	currency TEXT,
	state TEXT NOT NULL,
	reason TEXT,
	tries INTEGER DEFAULT '0' NOT NULL,
	token TEXT,
	worker TEXT,
	provider_id TEXT,
	due_ms BIGINT,
	expires_ms BIGINT,
	created_ms BIGINT NOT NULL,
	updated_ms BIGINT NOT NULL,
	submitted_ms BIGINT,
	revision BIGINT NOT NULL,
	PRIMARY KEY (message_id),
	UNIQUE (task_key)
);
INSERT INTO "messages" VALUES(1,1,NULL,'panel',NULL,'simulator','+8613800000000','你好，第一版',NULL,NULL,NULL,NULL,NULL,NULL,'queued',NULL,0,NULL,NULL,NULL,1795410908287,NULL,1795410878287,1795410878287,NULL,1);
INSERT INTO "messages" VALUES(2,2,1,'panel',NULL,'simulator','+8613800000000','Your parcel is here.',NULL,NULL,NULL,NULL,NULL,NULL,'queued',NULL,0,NULL,NULL,NULL,NULL,NULL,1795410878310,1795410878310,NULL,2);
INSERT INTO "messages" VALUES(3,2,1,'panel',NULL,'simulator','+8613800000001','Your parcel is here.',NULL,NULL,NULL,NULL,NULL,NULL,'queued',NULL,0,NULL,NULL,NULL,NULL,NULL,1795410878310,1795410878310,NULL,2);
CREATE TABLE templates (
	account TEXT NOT NULL,
	template_id TEXT NOT NULL,
	name TEXT NOT NULL,
	text TEXT NOT NULL,
	signature TEXT DEFAULT '' NOT NULL,
	updated_ms BIGINT NOT NULL,
	PRIMARY KEY (account, template_id)
);
CREATE TABLE tries (
	message_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	token TEXT NOT NULL,
	worker TEXT NOT NULL,
	account TEXT NOT NULL,
	started_ms BIGINT NOT NULL,
	ended_ms BIGINT,
	outcome TEXT,
	code TEXT,
	provider_id TEXT,
	CONSTRAINT uq_tries UNIQUE (message_id, number)
);
CREATE TABLE workers (
	worker_id TEXT NOT NULL,
	host TEXT NOT NULL,
	pid INTEGER NOT NULL,
	version TEXT NOT NULL,
	pool TEXT NOT NULL,
	concurrency INTEGER NOT NULL,
	accounts TEXT NOT NULL,
	in_hand INTEGER DEFAULT '0' NOT NULL,
	started_ms BIGINT NOT NULL,
	seen_ms BIGINT NOT NULL,
	stopped_ms BIGINT,
	PRIMARY KEY (worker_id)
);
INSERT INTO "workers" VALUES('w','h',7,'0.2','threads',8,'["simulator"]',0,1,2,NULL);
CREATE INDEX ix_messages_account ON messages (account, message_id);
CREATE INDEX ix_messages_batch ON messages (batch_id, message_id);
CREATE INDEX ix_messages_due ON messages (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX ix_messages_recipient ON messages (recipient, message_id);
CREATE INDEX ix_messages_state ON messages (state, message_id);
CREATE INDEX ix_chunks_open ON chunks (state, account, chunk_id);
COMMIT;
