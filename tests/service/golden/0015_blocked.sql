BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0015_blocked');
CREATE TABLE api_keys (
	prefix VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	principal VARCHAR NOT NULL, 
	hashed VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_day DATE, 
	revoked_at DATETIME, 
	CONSTRAINT pk_api_keys PRIMARY KEY (prefix), 
	CONSTRAINT fk_api_keys_principal FOREIGN KEY(principal) REFERENCES principals (id)
);
INSERT INTO "api_keys" VALUES('x','levels','person-0123456789abcdef','x','2026-03-01 12:00:00.000000','2026-03-01','2026-03-01 12:00:00.000000');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	run_id VARCHAR, 
	previous VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, seal VARCHAR, 
	CONSTRAINT pk_audit PRIMARY KEY (number)
);
INSERT INTO "audit" VALUES(1,'2026-03-01 12:00:00.000000','command','tried','1',NULL,NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000000','efed45bc084cbb04ae01f5483cf303ce96c30873a88e0008a7691e9c45d3fe92',NULL);
CREATE TABLE audit_people (
	mark VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	salt VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	CONSTRAINT pk_audit_people PRIMARY KEY (mark)
);
CREATE TABLE blocked (
	hashed VARCHAR NOT NULL, 
	principal VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_blocked PRIMARY KEY (hashed)
);
INSERT INTO "blocked" VALUES('x','person-0123456789abcdef','2026-03-01 12:00:00.000000');
CREATE TABLE cabinets (
	run VARCHAR NOT NULL, 
	cabinet_id VARCHAR NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	CONSTRAINT pk_cabinets PRIMARY KEY (run, cabinet_id), 
	CONSTRAINT fk_cabinets_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "cabinets" VALUES('aaaa000000000001','S1','A1','brik');
CREATE TABLE exported_levels (
	export VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	exported_on DATE NOT NULL, 
	review VARCHAR NOT NULL, 
	cabinet_id VARCHAR NOT NULL, 
	item_id VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	hospital VARCHAR NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	cells JSON NOT NULL, number INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_exported_levels PRIMARY KEY (export, "row")
);
INSERT INTO "exported_levels" VALUES('x',1,'2026-03-01','x','S1','000001','x','x','A1','{}',1);
CREATE TABLE grants (
	principal VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	role VARCHAR NOT NULL, 
	units JSON NOT NULL, 
	hospitals JSON NOT NULL, 
	wards JSON NOT NULL, from_groups BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY (principal, "row"), 
	CONSTRAINT fk_grants_principal FOREIGN KEY(principal) REFERENCES principals (id)
);
INSERT INTO "grants" VALUES('person-0123456789abcdef',1,'reader','[]','[]','[]',1);
CREATE TABLE guides (
	run VARCHAR NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	form VARCHAR NOT NULL, 
	packed BLOB NOT NULL, 
	CONSTRAINT pk_guides PRIMARY KEY (run, ward_id, form), 
	CONSTRAINT fk_guides_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "guides" VALUES('aaaa000000000001','A1','x',X'78');
CREATE TABLE items (
	run VARCHAR NOT NULL, 
	item_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	pack_size INTEGER NOT NULL, 
	critical BOOLEAN NOT NULL, gtin VARCHAR, category VARCHAR, 
	CONSTRAINT pk_items PRIMARY KEY (run, item_id), 
	CONSTRAINT fk_items_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "items" VALUES('aaaa000000000001','000001','levels',1,1,'x','x');
CREATE TABLE "jobs" (
	run VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	files JSON NOT NULL, 
	step VARCHAR NOT NULL, 
	holder VARCHAR, 
	beat_at DATETIME, 
	cancel_asked_at DATETIME, 
	report JSON NOT NULL, 
	flowed_back JSON NOT NULL, 
	CONSTRAINT pk_jobs PRIMARY KEY (run), 
	CONSTRAINT fk_jobs_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "jobs" VALUES('aaaa000000000001','brik','x','[]','x','x','2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000','{}','{}');
CREATE TABLE known_reviews (
	run VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	reviewed_at DATE NOT NULL, 
	CONSTRAINT pk_known_reviews PRIMARY KEY (run, "row"), 
	CONSTRAINT fk_known_reviews_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "known_reviews" VALUES('aaaa000000000001',1,'A1','brik','2026-03-01');
CREATE TABLE list_rows (
	run VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	ward_id VARCHAR, 
	cabinet_id VARCHAR, 
	item_id VARCHAR, 
	cells JSON NOT NULL, 
	CONSTRAINT pk_list_rows PRIMARY KEY (run, name, "row"), 
	CONSTRAINT fk_list_rows_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "list_rows" VALUES('aaaa000000000001','levels',1,'A1','S1','000001','{}');
CREATE TABLE people (
	principal VARCHAR NOT NULL, 
	issuer VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	password VARCHAR, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (principal), 
	CONSTRAINT fk_people_principal FOREIGN KEY(principal) REFERENCES principals (id)
);
INSERT INTO "people" VALUES('person-0123456789abcdef','x','x','x','2026-03-01 12:00:00.000000');
CREATE TABLE principals (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_principals PRIMARY KEY (id)
);
INSERT INTO "principals" VALUES('person-0123456789abcdef','brik','levels','2026-03-01 12:00:00.000000');
CREATE TABLE recall_looks (
	id VARCHAR NOT NULL, 
	item_id VARCHAR NOT NULL, 
	lot VARCHAR NOT NULL, 
	cabinet_id VARCHAR NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	units_found INTEGER, 
	looked_at DATETIME NOT NULL, 
	looked_by VARCHAR NOT NULL, 
	sequence INTEGER NOT NULL, 
	CONSTRAINT pk_recall_looks PRIMARY KEY (id)
);
CREATE TABLE remembered_answers (
	principal VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	asked VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	status INTEGER NOT NULL, 
	headers JSON NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_remembered_answers PRIMARY KEY (principal, "key")
);
INSERT INTO "remembered_answers" VALUES('person-0123456789abcdef','x','x','2026-03-01 12:00:00.000000',1,'{}','{}');
CREATE TABLE reviews (
	id VARCHAR NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	hospital VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	reviewed_at DATETIME NOT NULL, 
	reviewed_on DATE NOT NULL, 
	reviewer VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	decisions JSON NOT NULL, 
	shelf_dates JSON NOT NULL, 
	undone_at DATETIME, 
	undone_on DATE, 
	undone_by VARCHAR, 
	version INTEGER NOT NULL, counts JSON DEFAULT '[]' NOT NULL, discards JSON DEFAULT '[]' NOT NULL, sequence INTEGER DEFAULT '0' NOT NULL, seen JSON DEFAULT '[]' NOT NULL, enough_because VARCHAR, rows_listed INTEGER DEFAULT '0' NOT NULL, rows_handled INTEGER DEFAULT '0' NOT NULL, counts_for_target BOOLEAN DEFAULT 1 NOT NULL, 
	CONSTRAINT pk_reviews PRIMARY KEY (id)
);
INSERT INTO "reviews" VALUES('x','A1','x','x','brik','2026-03-01 12:00:00.000000','2026-03-01','x','bbbb00000001','[]','[]','2026-03-01 12:00:00.000000','2026-03-01','x',1,'[]','[]',1,'[]','x',1,1,1);
CREATE TABLE runs (
	id VARCHAR NOT NULL, 
	run_id VARCHAR, 
	content VARCHAR, 
	state VARCHAR NOT NULL, 
	requested_at DATETIME NOT NULL, 
	requested_by VARCHAR NOT NULL, 
	finished_at DATETIME, 
	served_from DATETIME, 
	progress DOUBLE NOT NULL, 
	problem VARCHAR, 
	as_of DATE, 
	version VARCHAR, 
	kept BOOLEAN NOT NULL, 
	record JSON NOT NULL, served_number INTEGER, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('aaaa000000000001','bbbb00000001','x','done','2026-03-01 12:00:00.000000','x','2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000',1.5,'x','2026-03-01','x',1,'{}',1);
CREATE TABLE sessions (
	hashed VARCHAR NOT NULL, 
	principal VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (hashed), 
	CONSTRAINT fk_sessions_principal FOREIGN KEY(principal) REFERENCES principals (id)
);
INSERT INTO "sessions" VALUES('x','person-0123456789abcdef','2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000');
CREATE TABLE sign_ins (
	hashed VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	nonce VARCHAR NOT NULL, 
	verifier VARCHAR NOT NULL, 
	onward VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_sign_ins PRIMARY KEY (hashed)
);
INSERT INTO "sign_ins" VALUES('x','x','x','x','x','2026-03-01 12:00:00.000000');
CREATE TABLE transfer_states (
	id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	reason VARCHAR, 
	decided_at DATETIME NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	version INTEGER NOT NULL, giver_agreed BOOLEAN DEFAULT 0 NOT NULL, taker_agreed BOOLEAN DEFAULT 0 NOT NULL, sequence INTEGER DEFAULT '0' NOT NULL, giver_done_at DATETIME, taker_done_at DATETIME, 
	CONSTRAINT pk_transfer_states PRIMARY KEY (id)
);
INSERT INTO "transfer_states" VALUES('x','bbbb00000001','done','x','2026-03-01 12:00:00.000000','x',1,1,1,1,'2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000');
CREATE TABLE tries (
	hashed VARCHAR NOT NULL, 
	count INTEGER NOT NULL, 
	ends_at DATETIME NOT NULL, 
	CONSTRAINT pk_tries PRIMARY KEY (hashed)
);
INSERT INTO "tries" VALUES('x',1,'2026-03-01 12:00:00.000000');
CREATE TABLE wards (
	run VARCHAR NOT NULL, 
	ward_id VARCHAR NOT NULL, 
	ward_name VARCHAR NOT NULL, 
	hospital VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	nonbrik_relevant BOOLEAN NOT NULL, 
	sor_code VARCHAR, 
	valid_from DATE, 
	valid_to DATE, 
	excluded_reason VARCHAR, 
	CONSTRAINT pk_wards PRIMARY KEY (run, ward_id), 
	CONSTRAINT fk_wards_run FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "wards" VALUES('aaaa000000000001','A1','x','x','x',1,'x','2026-03-01','2026-03-01','x');
CREATE INDEX ix_reviews_ward_id ON reviews (ward_id);
CREATE UNIQUE INDEX ix_api_keys_name_in_use ON api_keys (name) WHERE revoked_at IS NULL;
CREATE INDEX ix_cabinets_run_ward_id ON cabinets (run, ward_id);
CREATE INDEX ix_list_rows_cabinet ON list_rows (run, name, cabinet_id, "row");
CREATE INDEX ix_list_rows_ward ON list_rows (run, name, ward_id, "row");
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit can only grow'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit can only grow'); END;
CREATE UNIQUE INDEX ix_people_issuer_subject ON people (issuer, subject);
CREATE INDEX ix_sessions_principal ON sessions (principal);
CREATE INDEX ix_audit_people_number ON audit_people (number);
CREATE INDEX ix_audit_people_person ON audit_people (person);
CREATE INDEX ix_exported_levels_review ON exported_levels (review);
CREATE INDEX ix_runs_served_number ON runs (served_number);
CREATE INDEX ix_reviews_sequence ON reviews (sequence);
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'the audit can only grow'); END;
CREATE INDEX ix_recall_looks_what ON recall_looks (item_id, lot);
CREATE INDEX ix_list_rows_item ON list_rows (run, name, item_id, "row");
COMMIT;
