-- A shop as schema version 1 left it, played and dumped by the program of that time: never edited.
PRAGMA application_id = 1667330657;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE account (              -- one configured way out; secrets are in the keyring, never here
  name TEXT PRIMARY KEY, kind TEXT NOT NULL, channel TEXT NOT NULL, position INTEGER NOT NULL,
  config TEXT NOT NULL DEFAULT '{}',                       -- JSON object of the kind's keys
  paused_since TEXT, pause_reason TEXT, pause_until TEXT   -- a route pauses itself or is paused by a person
) WITHOUT ROWID;
INSERT INTO "account" VALUES('letter-folder','hotfolder','letter',1002,'{}',NULL,NULL,NULL);
INSERT INTO "account" VALUES('mailbox','maildir','email',1000,'{}',NULL,NULL,NULL);
INSERT INTO "account" VALUES('sms-files','textfile','sms',1001,'{}',NULL,NULL,NULL);
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES message, number INTEGER NOT NULL, route TEXT NOT NULL,
  started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT, words TEXT, sha256 TEXT NOT NULL
);
INSERT INTO "attempt" VALUES(1,1,1,'mailbox','2026-03-04T09:33:00.000Z','2026-03-04T09:33:00.000Z','sent','written to /srv/shop/data/mail/new/2026-03-04-0000001-01b3de47.eml','34982b304dca5f74c9e087475a011b220181c3e08f18a96907370c0e576d4f6d');
INSERT INTO "attempt" VALUES(2,2,1,'sms-files','2026-03-04T09:33:00.000Z','2026-03-04T09:33:00.000Z','sent','written to /srv/shop/data/sms/2026-03-04-0000002-3f1c769d.txt','6a3a728d6214e4f2df8e34b658b1dc7e0e9f4abcaaa9d3e82d0772946075b950');
INSERT INTO "attempt" VALUES(3,3,1,'sms-files','2026-11-21T23:32:14.463Z','2026-11-21T23:32:14.464Z','sent','written to /srv/shop/data/sms/2026-11-21-0000003-f4ac99e3.txt','bffce9deb25527f6849c3d343f764fe6d9bb3a12bf7fe1897a93e01d8dc91f9d');
INSERT INTO "attempt" VALUES(4,4,1,'mailbox','2026-11-21T23:32:36.070Z','2026-11-21T23:32:36.070Z','sent','written to /srv/shop/data/mail/new/2026-11-21-0000004-9332326b.eml','8fe09e8edbb2c9da552fdef41922666db962b83e9721b8e2df7221a8e8d95771');
INSERT INTO "attempt" VALUES(5,5,1,'mailbox','2026-03-05T09:40:00.000Z','2026-03-05T09:40:00.000Z','sent','written to /srv/shop/data/mail/new/2026-03-05-0000005-9211b4fc.eml','127e37e92089edf0a9f7d517d205a4685f6255c1c2f060f4f8c11fada43e7300');
INSERT INTO "attempt" VALUES(6,7,1,'mailbox','2026-03-05T09:40:00.000Z','2026-03-05T09:40:00.000Z','sent','written to /srv/shop/data/mail/new/2026-03-05-0000007-4d07c780.eml','ba8b6e5990d41aa8b8bd569cdaafc6c4e2a1e02df3bade679a0c621e28044879');
CREATE TABLE contact (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, type TEXT NOT NULL,    -- email mobile phone
  value TEXT NOT NULL,                                     -- normalised: address as typed in NFC, or E.164
  value_raw TEXT NOT NULL, roles TEXT NOT NULL DEFAULT '', active INTEGER NOT NULL DEFAULT 1,
  UNIQUE (customer_id, type, value)
);
INSERT INTO "contact" VALUES(1,1,'email','eins@example.org','eins@example.org','',1);
INSERT INTO "contact" VALUES(2,2,'mobile','+491713920011','0171 3920011','',1);
INSERT INTO "contact" VALUES(3,3,'email','drei@example.org','drei@example.org','',1);
INSERT INTO "contact" VALUES(4,4,'email','vier@example.org','vier@example.org','',1);
INSERT INTO "contact" VALUES(5,5,'email','fuenf@example.org','fuenf@example.org','',1);
CREATE TABLE customer (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL,    -- key = customer_no, normalised by the profile
  customer_no TEXT NOT NULL, name TEXT, kind TEXT, company TEXT, salutation TEXT, title TEXT, first_name TEXT,
  last_name TEXT,
  language TEXT, preferred_channel TEXT, channels TEXT,            -- channels: own priority list, overrides the shop's
  notify_option TEXT,                                                     -- none sms email letter; NULL = not set
  discreet INTEGER, street TEXT, zip TEXT, city TEXT, country TEXT, note TEXT,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, file_id INTEGER, last_notified_at TEXT, raw TEXT,
  UNIQUE (key, source)                                     -- in this order it serves a look-up by number, too
);
INSERT INTO "customer" VALUES(1,'shop','501','501','Łucja Grün',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-04T09:00:00.000Z','2026-03-04T09:00:00.000Z',1,'2026-11-21T23:32:36.070Z',NULL);
INSERT INTO "customer" VALUES(2,'shop','502','502','Jörg Müller',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-04T09:00:00.000Z','2026-03-04T09:00:00.000Z',1,'2026-11-21T23:32:14.464Z',NULL);
INSERT INTO "customer" VALUES(3,'shop','503','503','Zażółć Gęślą',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-05T09:00:00.000Z','2026-03-05T09:00:00.000Z',3,'2026-03-05T09:40:00.000Z',NULL);
INSERT INTO "customer" VALUES(4,'shop','504','504','Žofia Kučerová',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-05T09:00:00.000Z','2026-03-05T09:00:00.000Z',3,NULL,NULL);
INSERT INTO "customer" VALUES(5,'shop','505','505','Vera Fuenf',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-05T09:00:00.000Z','2026-03-05T09:00:00.000Z',3,'2026-03-05T09:40:00.000Z',NULL);
CREATE TABLE document (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, number TEXT NOT NULL,
  customer_id INTEGER REFERENCES customer, status TEXT, status_raw TEXT, date TEXT, due_date TEXT,
  total INTEGER, open_amount INTEGER, currency TEXT, printed INTEGER, pickup INTEGER, web INTEGER,
  contact_email TEXT, contact_phone TEXT, notify_option TEXT, shelf_no TEXT, pickup_until TEXT, customer_ref TEXT,
  note TEXT NOT NULL DEFAULT '', first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, file_id INTEGER,
  last_notified_at TEXT, raw TEXT,
  UNIQUE (key, kind, source)
);
INSERT INTO "document" VALUES(1,'shop','order','A-1','A-1',1,'confirmed','bestellt','2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'inherit',NULL,NULL,NULL,'2026-11-22 00:32 EMAIL eins@example.org: Wir haben heute bis 20 Uhr offen.','2026-03-04T09:00:00.000Z','2026-03-04T09:30:00.000Z',2,'2026-11-21T23:32:36.070Z',NULL);
INSERT INTO "document" VALUES(2,'shop','order','A-2','A-2',1,'confirmed','bestellt','2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'inherit',NULL,NULL,NULL,'','2026-03-04T09:00:00.000Z','2026-03-04T09:30:00.000Z',2,'2026-03-04T09:33:00.000Z',NULL);
INSERT INTO "document" VALUES(3,'shop','order','A-3','A-3',2,'confirmed','bestellt','2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'inherit',NULL,NULL,NULL,'','2026-03-04T09:00:00.000Z','2026-03-04T09:30:00.000Z',2,'2026-03-04T09:33:00.000Z',NULL);
INSERT INTO "document" VALUES(4,'shop','order','A-4','A-4',3,'confirmed','bestellt','2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'inherit',NULL,NULL,NULL,'','2026-03-05T09:00:00.000Z','2026-03-05T09:30:00.000Z',4,'2026-03-05T09:40:00.000Z',NULL);
INSERT INTO "document" VALUES(5,'shop','order','A-5','A-5',4,'confirmed','bestellt','2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'inherit',NULL,NULL,NULL,'','2026-03-05T09:00:00.000Z','2026-03-05T09:30:00.000Z',4,NULL,NULL);
INSERT INTO "document" VALUES(6,'shop','order','A-6','A-6',5,'confirmed','bestellt','2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'inherit',NULL,NULL,NULL,'','2026-03-05T09:00:00.000Z','2026-03-05T09:30:00.000Z',4,'2026-03-05T09:40:00.000Z',NULL);
CREATE TABLE document_change (
  file_id INTEGER NOT NULL, document_id INTEGER NOT NULL, created INTEGER NOT NULL, old_status TEXT,
  PRIMARY KEY (file_id, document_id)
) WITHOUT ROWID;
CREATE TABLE document_line (
  document_id INTEGER NOT NULL REFERENCES document, line_key TEXT NOT NULL, sku TEXT, isbn13 TEXT, title TEXT,
  author TEXT, qty NUMERIC, qty_received NUMERIC, qty_delivered NUMERIC, qty_cancelled NUMERIC, received_date TEXT,
  expected_date TEXT,
  status TEXT, availability TEXT, substitute TEXT, supplier TEXT, price INTEGER, file_id INTEGER,
  PRIMARY KEY (document_id, line_key)
) WITHOUT ROWID;
INSERT INTO "document_line" VALUES(1,'1',NULL,NULL,'Effi Briest',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,2);
INSERT INTO "document_line" VALUES(1,'2',NULL,NULL,'Lalka',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,2);
INSERT INTO "document_line" VALUES(2,'1',NULL,NULL,'Chłopi',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,2);
INSERT INTO "document_line" VALUES(3,'1',NULL,NULL,'Die Verwandlung',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,2);
INSERT INTO "document_line" VALUES(4,'1',NULL,NULL,'Ósma',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,4);
INSERT INTO "document_line" VALUES(5,'1',NULL,NULL,'Der Prozess',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,4);
INSERT INTO "document_line" VALUES(6,'1',NULL,NULL,'Amerika',NULL,1,1,NULL,NULL,'2026-03-04',NULL,NULL,NULL,NULL,NULL,NULL,4);
CREATE TABLE event (
  id INTEGER PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, document_id INTEGER REFERENCES document,
  line_key TEXT, customer_id INTEGER REFERENCES customer, detected_at TEXT NOT NULL,
  file_id INTEGER REFERENCES import_file,
  facts TEXT NOT NULL DEFAULT '{}',                        -- JSON {"before": {...}, "after": {...}}
  planned_at TEXT, outcome TEXT                            -- NULL = the rules have not looked at it yet
);
INSERT INTO "event" VALUES(1,'goods.received:shop:A-1:1:1','goods.received',1,'1',1,'2026-03-04T09:30:00.000Z',2,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-04T09:30:00.000Z','message');
INSERT INTO "event" VALUES(2,'goods.received:shop:A-1:2:1','goods.received',1,'2',1,'2026-03-04T09:30:00.000Z',2,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-04T09:30:00.000Z','message');
INSERT INTO "event" VALUES(3,'goods.received:shop:A-2:1:1','goods.received',2,'1',1,'2026-03-04T09:30:00.000Z',2,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-04T09:30:00.000Z','message');
INSERT INTO "event" VALUES(4,'goods.received:shop:A-3:1:1','goods.received',3,'1',2,'2026-03-04T09:30:00.000Z',2,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-04T09:30:00.000Z','message');
INSERT INTO "event" VALUES(5,'order.ready:shop:A-1:2','order.ready',1,NULL,1,'2026-03-04T09:30:00.000Z',2,'{"before":{"status":null},"after":{"status":"confirmed","lines":2,"received":2}}','2026-03-04T09:30:00.000Z','no rule');
INSERT INTO "event" VALUES(6,'order.ready:shop:A-2:1','order.ready',2,NULL,1,'2026-03-04T09:30:00.000Z',2,'{"before":{"status":null},"after":{"status":"confirmed","lines":1,"received":1}}','2026-03-04T09:30:00.000Z','no rule');
INSERT INTO "event" VALUES(7,'order.ready:shop:A-3:1','order.ready',3,NULL,2,'2026-03-04T09:30:00.000Z',2,'{"before":{"status":null},"after":{"status":"confirmed","lines":1,"received":1}}','2026-03-04T09:30:00.000Z','no rule');
INSERT INTO "event" VALUES(8,'order.created:shop:A-4','order.created',4,NULL,3,'2026-03-05T09:00:00.000Z',3,'{"before":{},"after":{"status":"confirmed","date":"2026-03-02"}}','2026-03-05T09:00:00.000Z','no rule');
INSERT INTO "event" VALUES(9,'order.created:shop:A-5','order.created',5,NULL,4,'2026-03-05T09:00:00.000Z',3,'{"before":{},"after":{"status":"confirmed","date":"2026-03-02"}}','2026-03-05T09:00:00.000Z','no rule');
INSERT INTO "event" VALUES(10,'order.created:shop:A-6','order.created',6,NULL,5,'2026-03-05T09:00:00.000Z',3,'{"before":{},"after":{"status":"confirmed","date":"2026-03-02"}}','2026-03-05T09:00:00.000Z','no rule');
INSERT INTO "event" VALUES(11,'goods.received:shop:A-4:1:1','goods.received',4,'1',3,'2026-03-05T09:30:00.000Z',4,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-05T09:30:00.000Z','message');
INSERT INTO "event" VALUES(12,'goods.received:shop:A-5:1:1','goods.received',5,'1',4,'2026-03-05T09:30:00.000Z',4,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-05T09:30:00.000Z','message');
INSERT INTO "event" VALUES(13,'goods.received:shop:A-6:1:1','goods.received',6,'1',5,'2026-03-05T09:30:00.000Z',4,'{"before":{"qty":0,"received_date":null},"after":{"qty":1,"received_date":"2026-03-04"}}','2026-03-05T09:30:00.000Z','message');
INSERT INTO "event" VALUES(14,'order.ready:shop:A-4:1','order.ready',4,NULL,3,'2026-03-05T09:30:00.000Z',4,'{"before":{"status":null},"after":{"status":"confirmed","lines":1,"received":1}}','2026-03-05T09:30:00.000Z','no rule');
INSERT INTO "event" VALUES(15,'order.ready:shop:A-5:1','order.ready',5,NULL,4,'2026-03-05T09:30:00.000Z',4,'{"before":{"status":null},"after":{"status":"confirmed","lines":1,"received":1}}','2026-03-05T09:30:00.000Z','no rule');
INSERT INTO "event" VALUES(16,'order.ready:shop:A-6:1','order.ready',6,NULL,5,'2026-03-05T09:30:00.000Z',4,'{"before":{"status":null},"after":{"status":"confirmed","lines":1,"received":1}}','2026-03-05T09:30:00.000Z','no rule');
CREATE TABLE import_file (
  id INTEGER PRIMARY KEY, profile TEXT, profile_hash TEXT, sha256 TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, mtime TEXT, state TEXT NOT NULL,  -- importing done partial quarantined duplicate held
  baseline INTEGER NOT NULL DEFAULT 0, rows INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0, ignored INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,                     -- planned from this file: what the brake compares
  report TEXT,                                             -- JSON: the report as `carat import --json` prints it
  digests BLOB,                                            -- 8 bytes a group of lines: what a re-export may skip
  header TEXT,                                             -- JSON: the names above its columns
  message TEXT, started_at TEXT NOT NULL, finished_at TEXT
);
INSERT INTO "import_file" VALUES(1,'bookshop-orders','2a5cfedc5b8b5727d17a751299279031ed42df8204e84f02349fb9fdc25d861d:DE','e7a1605d98b0e21b86b3582eda7d44580185feda0f24a9e1225fb9f9e3accdab','/srv/shop/watch/inbox/orders_1.csv','orders_1.csv',460,'2026-11-21T23:32:13.184Z','done',1,4,4,3,0,0,0,0,0,'{"file": "/srv/shop/watch/inbox/orders_1.csv", "sha256": "e7a1605d98b0e21b86b3582eda7d44580185feda0f24a9e1225fb9f9e3accdab", "profile": "bookshop-orders", "baseline": true, "rows": 4, "accepted": 4, "created": 3, "changed": 0, "unchanged": 0, "rejected": 0, "ignored": 0, "events": {}, "messages": 0, "warnings": [], "seconds": 0.0, "entities": {"customer": {"created": 2, "changed": 0, "unchanged": 0}, "order": {"created": 3, "changed": 0, "unchanged": 0}, "order_line": {"created": 4, "changed": 0, "unchanged": 0}}}',NULL,'["Auftragsnummer", "Kundennummer", "Datum", "Status", "Benachrichtigung", "Pos", "ISBN", "Titel", "Menge", "Geliefert", "WE-Datum", "Name", "E-Mail", "Mobil", "Straße", "PLZ", "Ort"]',NULL,'2026-03-04T09:00:00.000Z','2026-03-04T09:00:00.000Z');
INSERT INTO "import_file" VALUES(2,'bookshop-orders','2a5cfedc5b8b5727d17a751299279031ed42df8204e84f02349fb9fdc25d861d:DE','97362006f51aa6043973c7514aba86d9472c951288e20154765051493d0a9cc3','/srv/shop/watch/inbox/orders_2.csv','orders_2.csv',500,'2026-11-21T23:32:13.494Z','done',0,4,4,0,3,0,0,0,2,'{"file": "/srv/shop/watch/inbox/orders_2.csv", "sha256": "97362006f51aa6043973c7514aba86d9472c951288e20154765051493d0a9cc3", "profile": "bookshop-orders", "baseline": false, "rows": 4, "accepted": 4, "created": 0, "changed": 3, "unchanged": 0, "rejected": 0, "ignored": 0, "events": {"goods.received": 4, "order.ready": 3}, "messages": 0, "warnings": [], "seconds": 0.0, "entities": {"customer": {"created": 0, "changed": 0, "unchanged": 2}, "order": {"created": 0, "changed": 3, "unchanged": 0}, "order_line": {"created": 0, "changed": 4, "unchanged": 0}}}',NULL,'["Auftragsnummer", "Kundennummer", "Datum", "Status", "Benachrichtigung", "Pos", "ISBN", "Titel", "Menge", "Geliefert", "WE-Datum", "Name", "E-Mail", "Mobil", "Straße", "PLZ", "Ort"]',NULL,'2026-03-04T09:30:00.000Z','2026-03-04T09:30:00.000Z');
INSERT INTO "import_file" VALUES(3,'bookshop-orders','2a5cfedc5b8b5727d17a751299279031ed42df8204e84f02349fb9fdc25d861d:DE','9f62c542bc52f7547ed78d72003fb67e4fba880db02fc59770d29edb668dbe66','/srv/shop/watch/inbox/orders_3.csv','orders_3.csv',753,'2026-11-21T23:32:44.632Z','done',0,7,7,3,0,3,0,0,0,'{"file": "/srv/shop/watch/inbox/orders_3.csv", "sha256": "9f62c542bc52f7547ed78d72003fb67e4fba880db02fc59770d29edb668dbe66", "profile": "bookshop-orders", "baseline": false, "rows": 7, "accepted": 7, "created": 3, "changed": 0, "unchanged": 3, "rejected": 0, "ignored": 0, "events": {"order.created": 3}, "messages": 0, "warnings": [], "seconds": 0.0, "entities": {"customer": {"created": 3, "changed": 0, "unchanged": 0}, "order": {"created": 3, "changed": 0, "unchanged": 3}, "order_line": {"created": 3, "changed": 0, "unchanged": 4}}}',NULL,'["Auftragsnummer", "Kundennummer", "Datum", "Status", "Benachrichtigung", "Pos", "ISBN", "Titel", "Menge", "Geliefert", "WE-Datum", "Name", "E-Mail", "Mobil", "Straße", "PLZ", "Ort"]',NULL,'2026-03-05T09:00:00.000Z','2026-03-05T09:00:00.000Z');
INSERT INTO "import_file" VALUES(4,'bookshop-orders','2a5cfedc5b8b5727d17a751299279031ed42df8204e84f02349fb9fdc25d861d:DE','716619c12025efbd3204a0b89b45900e1ce477832acbe7781bda59f4ec775875','/srv/shop/watch/inbox/orders_4.csv','orders_4.csv',783,'2026-11-21T23:32:44.632Z','done',0,7,7,0,3,3,0,0,3,'{"file": "/srv/shop/watch/inbox/orders_4.csv", "sha256": "716619c12025efbd3204a0b89b45900e1ce477832acbe7781bda59f4ec775875", "profile": "bookshop-orders", "baseline": false, "rows": 7, "accepted": 7, "created": 0, "changed": 3, "unchanged": 3, "rejected": 0, "ignored": 0, "events": {"goods.received": 3, "order.ready": 3}, "messages": 0, "warnings": [], "seconds": 0.0, "entities": {"customer": {"created": 0, "changed": 0, "unchanged": 3}, "order": {"created": 0, "changed": 3, "unchanged": 3}, "order_line": {"created": 0, "changed": 3, "unchanged": 4}}}',X'EFE6FF3233D016F95B676BE881B8E6F3C328910E64704939DC263B4B53630CC034818E6523627A409909A98D87B0E087','["Auftragsnummer", "Kundennummer", "Datum", "Status", "Benachrichtigung", "Pos", "ISBN", "Titel", "Menge", "Geliefert", "WE-Datum", "Name", "E-Mail", "Mobil", "Straße", "PLZ", "Ort"]',NULL,'2026-03-05T09:30:00.000Z','2026-03-05T09:30:00.000Z');
CREATE TABLE import_issue (
  id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES import_file, line INTEGER, code TEXT NOT NULL,
  reason TEXT NOT NULL, raw TEXT, state TEXT NOT NULL DEFAULT 'open'      -- open fixed dismissed
);
CREATE TABLE journal (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL,
  subject_id INTEGER, detail TEXT NOT NULL DEFAULT '{}', hash TEXT NOT NULL  -- SHA-256 of the hash before and this row
);
INSERT INTO "journal" VALUES(1,'2026-11-21T23:32:12.687Z','root','made','home',NULL,'{"country":"DE","language":"de","name":"Buchladen Sonne"}','695f25faa1665f36d592694a2467b8b9bc90999134276678f895a845ed0ce0ba');
INSERT INTO "journal" VALUES(2,'2026-11-21T23:32:12.900Z','root','changed setting','setting',NULL,'{"after":"laden@example.org","before":"","key":"shop.email"}','35313170391678de71096d63b86905618ab2df6d597db233dcd11ce95846d959');
INSERT INTO "journal" VALUES(3,'2026-11-21T23:32:12.994Z','root','changed setting','setting',NULL,'{"after":"0","before":"3","key":"intake.settle_s"}','d72949612ec50464f77a0747e5881abff79ddc18d6575a6878b9eee5558915c2');
INSERT INTO "journal" VALUES(4,'2026-03-04T09:00:00.000Z','engine','imported','import_file',1,'{"accepted":4,"baseline":true,"entities":{"customer":{"changed":0,"created":2,"unchanged":0},"order":{"changed":0,"created":3,"unchanged":0},"order_line":{"changed":0,"created":4,"unchanged":0}},"events":{},"file":"/srv/shop/watch/inbox/orders_1.csv","ignored":0,"profile":"bookshop-orders","rejected":0,"rows":4}','e77e3d489975da97b90d0ed4b7eb943138056d843320179112a6385fdad869b9');
INSERT INTO "journal" VALUES(5,'2026-03-04T09:30:00.000Z','engine','imported','import_file',2,'{"accepted":4,"baseline":false,"entities":{"customer":{"changed":0,"created":0,"unchanged":2},"order":{"changed":3,"created":0,"unchanged":0},"order_line":{"changed":4,"created":0,"unchanged":0}},"events":{"goods.received":4,"order.ready":3},"file":"/srv/shop/watch/inbox/orders_2.csv","ignored":0,"profile":"bookshop-orders","rejected":0,"rows":4}','c6a5688865fb1647aeff12fccad0b30850ac0623c9f8df7f214f52dc167fcf66');
INSERT INTO "journal" VALUES(6,'2026-03-04T09:30:00.000Z','engine','planned','message',1,'{"channel":"email","due_at":"2026-03-04T09:32:00.000Z","events":3,"rule":"goods_arrived","waits_for":"merge","ways":["email: the shop''s order of ways; the customer''s e-mail address"]}','f50641730a54f36e53f745b300946774787335464f6c1d739d8780bbf1a18ba2');
INSERT INTO "journal" VALUES(7,'2026-03-04T09:30:00.000Z','engine','planned','message',2,'{"channel":"sms","due_at":"2026-03-04T09:32:00.000Z","events":1,"rule":"goods_arrived","waits_for":"merge","ways":["email: no e-mail address","sms: the shop''s order of ways; the customer''s mobile number"]}','eeb5a387c4781bddea1ff17c7495b4381bd37b68979ae2d4519c06a711b33dc2');
INSERT INTO "journal" VALUES(8,'2026-03-04T09:33:00.000Z','engine','composed','message',1,'{"sha256":"34982b304dca5f74c9e087475a011b220181c3e08f18a96907370c0e576d4f6d","template":"de/goods_arrived_many","version":1}','a3e351578b98678ce54f8aa4384ceef927ea5935505e0e87a046307ff2fef63c');
INSERT INTO "journal" VALUES(9,'2026-03-04T09:33:00.000Z','engine','composed','message',2,'{"sha256":"6a3a728d6214e4f2df8e34b658b1dc7e0e9f4abcaaa9d3e82d0772946075b950","template":"de/goods_arrived_one","version":1}','9995c85b98b73672df7041c0c1129a40a22b54f76cadfd48f785008d3238202f');
INSERT INTO "journal" VALUES(10,'2026-03-04T09:33:00.000Z','engine','attempt: sent','message',1,'{"route":"mailbox","words":"written to /srv/shop/data/mail/new/2026-03-04-0000001-01b3de47.eml"}','67d9cf46c859a8bbd4141fd95008d2b056f5319d3988c05538b5e2f55a81bfb4');
INSERT INTO "journal" VALUES(11,'2026-03-04T09:33:00.000Z','engine','attempt: sent','message',2,'{"route":"sms-files","words":"written to /srv/shop/data/sms/2026-03-04-0000002-3f1c769d.txt"}','d8394f9091d062968f8775412695be815e6ca2147a9980b5e2b8609c9ba90d09');
INSERT INTO "journal" VALUES(12,'2026-11-21T23:32:14.323Z','root','written by hand','message',3,'{"attachments":0,"channel":"sms","copy":null,"noted":null}','ae0f6ae8b52032c83f2cd339d1d257f0a28e4bd70d9ad56ac42b7b6be374bc5c');
INSERT INTO "journal" VALUES(13,'2026-11-21T23:32:14.453Z','engine','composed','message',3,'{"sha256":"bffce9deb25527f6849c3d343f764fe6d9bb3a12bf7fe1897a93e01d8dc91f9d"}','d0dfb949406ec1083e31e84e1a187662522eba3c55e4548798d086d352a4cb40');
INSERT INTO "journal" VALUES(14,'2026-11-21T23:32:14.464Z','engine','attempt: sent','message',3,'{"route":"sms-files","words":"written to /srv/shop/data/sms/2026-11-21-0000003-f4ac99e3.txt"}','c16c33b10bdde3c3edee82bcbbcca334dc33d29e561122aec2fd1137a20d96d1');
INSERT INTO "journal" VALUES(15,'2026-11-21T23:32:35.930Z','staff','written by hand','message',4,'{"attachments":0,"channel":"email","copy":null,"noted":true}','a40b4c37ed277fabc501566311ba1528d91cdace8629cab963bb41a160081806');
INSERT INTO "journal" VALUES(16,'2026-11-21T23:32:36.058Z','engine','composed','message',4,'{"sha256":"8fe09e8edbb2c9da552fdef41922666db962b83e9721b8e2df7221a8e8d95771"}','eb4189ccfa55051f1f8025008b82fc0090419a64630eb284385be8ca677de958');
INSERT INTO "journal" VALUES(17,'2026-11-21T23:32:36.070Z','engine','attempt: sent','message',4,'{"route":"mailbox","words":"written to /srv/shop/data/mail/new/2026-11-21-0000004-9332326b.eml"}','89831edcededee7c224b261bafd6d7acd8f40f1244ae1a529e34362550491293');
INSERT INTO "journal" VALUES(18,'2026-03-05T09:00:00.000Z','engine','imported','import_file',3,'{"accepted":7,"baseline":false,"entities":{"customer":{"changed":0,"created":3,"unchanged":0},"order":{"changed":0,"created":3,"unchanged":3},"order_line":{"changed":0,"created":3,"unchanged":4}},"events":{"order.created":3},"file":"/srv/shop/watch/inbox/orders_3.csv","ignored":0,"profile":"bookshop-orders","rejected":0,"rows":7}','6b8cbbad84980aca9f8e04d0a8141dd14112859a42d78a8ccae107012659980c');
INSERT INTO "journal" VALUES(19,'2026-03-05T09:30:00.000Z','engine','imported','import_file',4,'{"accepted":7,"baseline":false,"entities":{"customer":{"changed":0,"created":0,"unchanged":3},"order":{"changed":3,"created":0,"unchanged":3},"order_line":{"changed":3,"created":0,"unchanged":4}},"events":{"goods.received":3,"order.ready":3},"file":"/srv/shop/watch/inbox/orders_4.csv","ignored":0,"profile":"bookshop-orders","rejected":0,"rows":7}','025b5b2fabe7c76885ce3414e6fd71c053df7cdf91b6c5fe68654e2d9361f8ad');
INSERT INTO "journal" VALUES(20,'2026-03-05T09:30:00.000Z','engine','planned','message',5,'{"channel":"email","due_at":"2026-03-05T09:32:00.000Z","events":1,"rule":"goods_arrived","waits_for":"merge","ways":["email: the shop''s order of ways; the customer''s e-mail address"]}','c719ce93771d91b0d73f6d1e610a29712a827f63e81a8da50eb62077dfa0a716');
INSERT INTO "journal" VALUES(21,'2026-03-05T09:30:00.000Z','engine','planned','message',6,'{"channel":"email","due_at":"2026-03-05T09:32:00.000Z","events":1,"rule":"goods_arrived","waits_for":"merge","ways":["email: the shop''s order of ways; the customer''s e-mail address"]}','9983282587d566c4a6bb63ff871ae74651131a70657b4eea116325b7ffddaacd');
INSERT INTO "journal" VALUES(22,'2026-03-05T09:30:00.000Z','engine','planned','message',7,'{"channel":"email","due_at":"2026-03-05T09:32:00.000Z","events":1,"rule":"goods_arrived","waits_for":"merge","ways":["email: the shop''s order of ways; the customer''s e-mail address"]}','8cd6712821db89f64e5d4c97cd979c175014b08dc314aa9339403e809c4ec6cf');
INSERT INTO "journal" VALUES(23,'2026-11-21T23:33:16.376Z','staff','held','message',6,'{"after":"held","before":"waiting","why":"asked for"}','6ce06e3e8b4ebf5ef799667497f0eff9615554eb26cac7c0171bad8dbd219b65');
INSERT INTO "journal" VALUES(24,'2026-03-05T09:40:00.000Z','engine','composed','message',5,'{"sha256":"127e37e92089edf0a9f7d517d205a4685f6255c1c2f060f4f8c11fada43e7300","template":"de/goods_arrived_one","version":1}','d046ee97e7035c94d95e1465dd2d52cb184a87fe4b40be41016d5c8d1774cf3f');
INSERT INTO "journal" VALUES(25,'2026-03-05T09:40:00.000Z','engine','composed','message',7,'{"sha256":"ba8b6e5990d41aa8b8bd569cdaafc6c4e2a1e02df3bade679a0c621e28044879","template":"de/goods_arrived_one","version":1}','321949ed7ae30226e4d140a337557df4ac5672f204000f511d11c61df12e3d2f');
INSERT INTO "journal" VALUES(26,'2026-03-05T09:40:00.000Z','engine','attempt: sent','message',5,'{"route":"mailbox","words":"written to /srv/shop/data/mail/new/2026-03-05-0000005-9211b4fc.eml"}','be2703bbb504758d5944ddb16553abb1a368a544207c47b65605780d3ce927f7');
INSERT INTO "journal" VALUES(27,'2026-03-05T09:40:00.000Z','engine','attempt: sent','message',7,'{"route":"mailbox","words":"written to /srv/shop/data/mail/new/2026-03-05-0000007-4d07c780.eml"}','c7b818d7373a6d26b8d33ee0c9b723f25a85c93033f36846cbc1344d9225d915');
INSERT INTO "journal" VALUES(28,'2026-11-21T23:33:39.196Z','root','suppressed','suppression',NULL,'{"channel":"email","reason":"moved"}','1debdb984220657fdf79e8e85e6cada0c98c9ec50302acf80b5e32d2b122ae5f');
CREATE TABLE line_change (
  file_id INTEGER NOT NULL, document_id INTEGER NOT NULL, line_key TEXT NOT NULL,
  old_received NUMERIC, old_received_date TEXT, old_expected TEXT, PRIMARY KEY (file_id, document_id, line_key)
) WITHOUT ROWID;
CREATE TABLE message (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,        -- rule | event | recipient | channel | version
  rule TEXT NOT NULL, event TEXT NOT NULL, customer_id INTEGER REFERENCES customer, channel TEXT NOT NULL,
  file_id INTEGER REFERENCES import_file,                  -- the file whose event began it
  to_address TEXT NOT NULL, language TEXT NOT NULL, subject TEXT, state TEXT NOT NULL, reason TEXT, waits_for TEXT,
  due_at TEXT, latest_at TEXT,                             -- latest_at: end of the longest merge
  composed INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, sent_at TEXT, attempts INTEGER NOT NULL DEFAULT 0,
  route TEXT, message_ref TEXT, parts INTEGER, cost INTEGER, template TEXT, template_version INTEGER,
  merged_into INTEGER REFERENCES message, draft TEXT,      -- draft: JSON of a hand-written message until it is composed
  provider_ref TEXT,
  retry_from TEXT                                          -- tries are counted from here: a person's retry begins anew
);
INSERT INTO "message" VALUES(1,'goods_arrived|goods.received:shop:A-1:1:1|501|email|v1','goods_arrived','goods.received',1,'email',2,'eins@example.org','de','3 Artikel aus Ihrer Bestellung liegen bereit','sent',NULL,NULL,'2026-03-04T09:32:00.000Z','2026-03-04T09:45:00.000Z',1,'2026-03-04T09:30:00.000Z','2026-03-04T09:33:00.000Z',1,'mailbox','<carat.1.01b3de471a8c142310fe@example.org>',NULL,NULL,'goods_arrived_many',1,NULL,NULL,'2026-03-04-0000001-01b3de47.eml',NULL);
INSERT INTO "message" VALUES(2,'goods_arrived|goods.received:shop:A-3:1:1|502|sms|v1','goods_arrived','goods.received',2,'sms',2,'+491713920011','de',NULL,'sent',NULL,NULL,'2026-03-04T09:32:00.000Z','2026-03-04T09:45:00.000Z',1,'2026-03-04T09:30:00.000Z','2026-03-04T09:33:00.000Z',1,'sms-files',NULL,1,NULL,'goods_arrived_one',1,NULL,NULL,'2026-03-04-0000002-3f1c769d.txt',NULL);
INSERT INTO "message" VALUES(3,'manual|3|502|sms|2026-11-21T23:32:14.323Z','manual','manual',2,'sms',NULL,'+491713920011','de',NULL,'sent',NULL,NULL,'2026-11-21T23:32:14.323Z',NULL,1,'2026-11-21T23:32:14.323Z','2026-11-21T23:32:14.464Z',1,'sms-files',NULL,1,NULL,NULL,NULL,NULL,'{"subject": "", "text": "Wir haben heute bis 20 Uhr offen."}','2026-11-21-0000003-f4ac99e3.txt',NULL);
INSERT INTO "message" VALUES(4,'manual|4|501|email|2026-11-21T23:32:35.930Z','manual','manual',1,'email',NULL,'eins@example.org','de','Effi Briest und Lalka','sent',NULL,NULL,'2026-11-21T23:32:35.930Z',NULL,1,'2026-11-21T23:32:35.930Z','2026-11-21T23:32:36.070Z',1,'mailbox','<carat.4.9332326b579a1de1da2a@example.org>',NULL,NULL,NULL,NULL,NULL,'{"subject": "Effi Briest und Lalka", "text": "Wir haben heute bis 20 Uhr offen."}','2026-11-21-0000004-9332326b.eml',NULL);
INSERT INTO "message" VALUES(5,'goods_arrived|goods.received:shop:A-4:1:1|503|email|v1','goods_arrived','goods.received',3,'email',4,'drei@example.org','de','Ihre Bestellung A-4 ist abholbereit','sent',NULL,NULL,'2026-03-05T09:32:00.000Z','2026-03-05T09:45:00.000Z',1,'2026-03-05T09:30:00.000Z','2026-03-05T09:40:00.000Z',1,'mailbox','<carat.5.9211b4fc5058b1f75f12@example.org>',NULL,NULL,'goods_arrived_one',1,NULL,NULL,'2026-03-05-0000005-9211b4fc.eml',NULL);
INSERT INTO "message" VALUES(6,'goods_arrived|goods.received:shop:A-5:1:1|504|email|v1','goods_arrived','goods.received',4,'email',4,'vier@example.org','de',NULL,'held','asked for',NULL,'2026-03-05T09:32:00.000Z','2026-03-05T09:45:00.000Z',0,'2026-03-05T09:30:00.000Z',NULL,0,NULL,NULL,NULL,NULL,'goods_arrived',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(7,'goods_arrived|goods.received:shop:A-6:1:1|505|email|v1','goods_arrived','goods.received',5,'email',4,'fuenf@example.org','de','Ihre Bestellung A-6 ist abholbereit','sent',NULL,NULL,'2026-03-05T09:32:00.000Z','2026-03-05T09:45:00.000Z',1,'2026-03-05T09:30:00.000Z','2026-03-05T09:40:00.000Z',1,'mailbox','<carat.7.4d07c780804ca4ce73a3@example.org>',NULL,NULL,'goods_arrived_one',1,NULL,NULL,'2026-03-05-0000007-4d07c780.eml',NULL);
CREATE TABLE message_attachment (
  message_id INTEGER NOT NULL REFERENCES message, name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  path TEXT NOT NULL, PRIMARY KEY (message_id, name)
) WITHOUT ROWID;
CREATE TABLE message_body (                                -- apart, so that a page of the list stays narrow
  message_id INTEGER PRIMARY KEY REFERENCES message, payload BLOB NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL
);
INSERT INTO "message_body" VALUES(1,X'46726F6D3A20427563686C6164656E20536F6E6E65203C6C6164656E406578616D706C652E6F72673E0D0A446174653A205765642C203034204D617220323032362031303A33333A3030202B303130300D0A546F3A2065696E73406578616D706C652E6F72670D0A5375626A6563743A203320417274696B656C206175732049687265722042657374656C6C756E67206C696567656E206265726569740D0A4D6573736167652D49443A203C63617261742E312E3031623364653437316138633134323331306665406578616D706C652E6F72673E0D0A5265706C792D546F3A206C6164656E406578616D706C652E6F72670D0A4D494D452D56657273696F6E3A20312E300D0A4175746F2D5375626D69747465643A206175746F2D67656E6572617465640D0A582D4175746F2D526573706F6E73652D53757070726573733A20416C6C0D0A582D43617261742D4C6F6F703A206578616D706C652E6F72670D0A436F6E74656E742D547970653A206D756C7469706172742F616C7465726E61746976653B20626F756E646172793D223D5F63617261742E31220D0A0D0A2D2D3D5F63617261742E310D0A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A523356305A5734675647466E494D574264574E715953424863734F386269774E4367304B5A476C6C6332556751584A306157746C6243427A6157356B494762447648496755326C6C494756700D0A626D646C64484A765A6D5A6C626A6F4E4367304B4C5342465A6D5A7049454A796157567A6441304B4C53424D595778725951304B4C534244614D57436233427044516F4E436C4E705A5342730D0A6157566E5A5734675A734F386369425461575567596D56795A576C304C69425861584967596D5633595768795A57346763326C6C49474A70637941784F4334774D7934794D444932494746310D0A5A69344E4367304B54576C3049475A795A5856755A4778705932686C6269424863734F387735396C6267304B516E566A614778685A47567549464E76626D356C445170735957526C626B426C0D0A654746746347786C4C6D39795A77304B445170456157567A5A53424F59574E6F636D6C6A61485167596D5630636D6C6D5A6E5167535768795A5734675158566D64484A685A7942695A576B670D0A6457357A494856755A43426C626E526F77365273644342725A576C755A5342585A584A696457356E4C673D3D0D0A0D0A2D2D3D5F63617261742E310D0A436F6E74656E742D547970653A20746578742F68746D6C3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A5043466B62324E306558426C494768306257772B44516F3861485274624342735957356E50534A6B5A53492B44516F38614756685A443438625756305953426A614746796332563050534A310D0A644759744F43492B5047316C64474567626D46745A543069646D6C6C64334276636E516949474E76626E526C626E5139496E64705A48526F5057526C646D6C6A5A533133615752306143492B0D0A5043396F5A57466B5067304B50474A765A486B676333523562475539496D5A76626E51745A6D4674615778354F69416E55323931636D4E6C49464E68626E4D674D796373494364545A5764760D0A5A534256535363734945686C62485A6C64476C6A5953776751584A705957777349484E68626E4D74633256796157593749475A76626E517463326C365A546F674D545A776544736762476C750D0A5A53316F5A576C6E61485136494445754E53492B44516F38634435486458526C6269425559576367785946315932706849456479773778754C4477766344344E436A7877506D52705A584E6C0D0A4945467964476C725A57776763326C755A43426D7737787949464E705A53426C6157356E5A58527962325A6D5A573436504339775067304B5048412B4C5342465A6D5A7049454A796157567A0D0A64447869636A344E436930675447467361324538596E492B44516F7449454E6F78594A7663476B384C33412B44516F38634435546157556762476C6C5A325675494762447648496755326C6C0D0A49474A6C636D56706443346756326C7949474A6C6432466F636D567549484E705A53426961584D674D5467754D444D754D6A41794E69426864575975504339775067304B44516F386344354E0D0A615851675A6E4A6C6457356B62476C6A614756754945647977377A446E32567550474A794943382B4451704364574E6F6247466B5A57346755323975626D5538596E492B445170735957526C0D0A626B426C654746746347786C4C6D39795A7A77766344344E436A7877506B52705A584E6C494535685932687961574E6F644342695A58527961575A6D6443424A61484A6C6269424264575A300D0A636D466E49474A6C61534231626E4D676457356B4947567564476A44704778304947746C6157356C4946646C636D4A31626D6375504339775067304B50433969623252355067304B5043396F0D0A6447317350673D3D0D0A0D0A2D2D3D5F63617261742E312D2D0D0A','34982b304dca5f74c9e087475a011b220181c3e08f18a96907370c0e576d4f6d','Guten Tag Łucja Grün,

diese Artikel sind für Sie eingetroffen:

- Effi Briest
- Lalka
- Chłopi

Sie liegen für Sie bereit. Wir bewahren sie bis 18.03.2026 auf.

Mit freundlichen Grüßen
Buchladen Sonne
laden@example.org

Diese Nachricht betrifft Ihren Auftrag bei uns und enthält keine Werbung.');
INSERT INTO "message_body" VALUES(2,X'427563686C6164656E20536F6E6E653A204469652056657277616E646C756E67206973742064612E204162686F6C756E67206269732031382E30332E323032362E20426573742E2D4E722E20412D332E204175746F6D2E20534D532C206269747465206E6963687420616E74776F7274656E2E','6a3a728d6214e4f2df8e34b658b1dc7e0e9f4abcaaa9d3e82d0772946075b950','Buchladen Sonne: Die Verwandlung ist da. Abholung bis 18.03.2026. Best.-Nr. A-3. Autom. SMS, bitte nicht antworten.');
INSERT INTO "message_body" VALUES(3,X'57697220686162656E2068657574652062697320323020556872206F6666656E2E','bffce9deb25527f6849c3d343f764fe6d9bb3a12bf7fe1897a93e01d8dc91f9d','Wir haben heute bis 20 Uhr offen.');
INSERT INTO "message_body" VALUES(4,X'46726F6D3A20427563686C6164656E20536F6E6E65203C6C6164656E406578616D706C652E6F72673E0D0A446174653A2053756E2C203232204E6F7620323032362030303A33323A3336202B303130300D0A546F3A2065696E73406578616D706C652E6F72670D0A5375626A6563743A20456666692042726965737420756E64204C616C6B610D0A4D6573736167652D49443A203C63617261742E342E3933333233323662353739613164653164613261406578616D706C652E6F72673E0D0A5265706C792D546F3A206C6164656E406578616D706C652E6F72670D0A4D494D452D56657273696F6E3A20312E300D0A582D43617261742D4C6F6F703A206578616D706C652E6F72670D0A436F6E74656E742D547970653A206D756C7469706172742F616C7465726E61746976653B20626F756E646172793D223D5F63617261742E342E393333323332366235373961316465316461326161220D0A0D0A2D2D3D5F63617261742E342E3933333233323662353739613164653164613261610D0A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A56326C7949476868596D56754947686C6458526C49474A70637941794D4342566148496762325A6D5A5734750D0A0D0A2D2D3D5F63617261742E342E3933333233323662353739613164653164613261610D0A436F6E74656E742D547970653A20746578742F68746D6C3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A5043466B62324E306558426C494768306257772B44516F3861485274624342735957356E50534A6B5A53492B44516F38614756685A443438625756305953426A614746796332563050534A310D0A644759744F43492B5043396F5A57466B5067304B50474A765A486B2B44516F386344355861584967614746695A5734676147563164475567596D6C7A494449774946566F636942765A6D5A6C0D0A626934384C33412B44516F384C324A765A486B2B44516F384C3268306257772B44516F3D0D0A0D0A2D2D3D5F63617261742E342E3933333233323662353739613164653164613261612D2D0D0A','8fe09e8edbb2c9da552fdef41922666db962b83e9721b8e2df7221a8e8d95771','Wir haben heute bis 20 Uhr offen.');
INSERT INTO "message_body" VALUES(5,X'46726F6D3A20427563686C6164656E20536F6E6E65203C6C6164656E406578616D706C652E6F72673E0D0A446174653A205468752C203035204D617220323032362031303A34303A3030202B303130300D0A546F3A2064726569406578616D706C652E6F72670D0A5375626A6563743A20496872652042657374656C6C756E6720412D3420697374206162686F6C6265726569740D0A4D6573736167652D49443A203C63617261742E352E3932313162346663353035386231663735663132406578616D706C652E6F72673E0D0A5265706C792D546F3A206C6164656E406578616D706C652E6F72670D0A4D494D452D56657273696F6E3A20312E300D0A4175746F2D5375626D69747465643A206175746F2D67656E6572617465640D0A582D4175746F2D526573706F6E73652D53757070726573733A20416C6C0D0A582D43617261742D4C6F6F703A206578616D706C652E6F72670D0A436F6E74656E742D547970653A206D756C7469706172742F616C7465726E61746976653B20626F756E646172793D223D5F63617261742E35220D0A0D0A2D2D3D5F63617261742E350D0A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A523356305A5734675647466E4946706878627A4473385743784963675238535A785A74737849557344516F4E436B6C6F636942695A584E305A577873644756794945467964476C725A5777670D0A61584E3049474A6C61534231626E4D675A576C755A325630636D396D5A6D56754F67304B445172446B334E745951304B44517046636942736157566E6443426D7737787949464E705A5342690D0A5A584A6C6158517549466470636942695A58646861484A6C6269427061473467596D6C7A494445354C6A417A4C6A49774D6A59675958566D4C694243615852305A5342755A5735755A5734670D0A55326C6C494746754947526C6369424C59584E7A5A53426B61575567516D567A64475673624735316257316C636942424C54517544516F4E436B31706443426D636D5631626D527361574E6F0D0A5A57346752334C44764D4F665A57344E436B4A31593268735957526C62694254623235755A51304B6247466B5A5735415A586868625842735A533576636D634E4367304B52476C6C633255670D0A546D466A61484A705932683049474A6C64484A705A6D5A3049456C6F636D5675494546315A6E527959576367596D56704948567563794231626D51675A573530614D4F6B62485167613256700D0A626D556756325679596E56755A79344E436B6C6F636942555A5746744947526C63694254623235755A513D3D0D0A0D0A2D2D3D5F63617261742E350D0A436F6E74656E742D547970653A20746578742F68746D6C3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A5043466B62324E306558426C494768306257772B44516F3861485274624342735957356E50534A6B5A53492B44516F38614756685A443438625756305953426A614746796332563050534A310D0A644759744F43492B5047316C64474567626D46745A543069646D6C6C64334276636E516949474E76626E526C626E5139496E64705A48526F5057526C646D6C6A5A533133615752306143492B0D0A5043396F5A57466B5067304B50474A765A486B676333523562475539496D5A76626E51745A6D4674615778354F69416E55323931636D4E6C49464E68626E4D674D796373494364545A5764760D0A5A534256535363734945686C62485A6C64476C6A5953776751584A705957777349484E68626E4D74633256796157593749475A76626E517463326C365A546F674D545A776544736762476C750D0A5A53316F5A576C6E61485136494445754E53492B44516F38634435486458526C6269425559576367576D4846764D4F7A78594C4568794248784A6E466D327A45685377384C33412B44516F380D0A6344354A61484967596D567A644756736248526C63694242636E52706132567349476C7A644342695A576B676457357A49475670626D646C64484A765A6D5A6C626A6F384C33412B44516F380D0A634437446B334E74595477766344344E436A7877506B5679494778705A576430494762447648496755326C6C49474A6C636D56706443346756326C7949474A6C6432466F636D567549476C6F0D0A6269426961584D674D546B754D444D754D6A41794E6942686457597549454A706448526C4947356C626D356C6269425461575567595734675A4756794945746863334E6C494752705A5342430D0A5A584E305A577873626E567462575679494545744E4334384C33412B44516F4E436A7877506B31706443426D636D5631626D527361574E6F5A57346752334C44764D4F665A573438596E49670D0A4C7A344E436B4A31593268735957526C62694254623235755A547869636A344E436D78685A47567551475634595731776247557562334A6E504339775067304B5048412B52476C6C633255670D0A546D466A61484A705932683049474A6C64484A705A6D5A3049456C6F636D5675494546315A6E527959576367596D56704948567563794231626D51675A573530614D4F6B62485167613256700D0A626D556756325679596E56755A793438596E49674C7A344E436B6C6F636942555A5746744947526C63694254623235755A5477766344344E436A7776596D396B6554344E436A7776614852740D0A6244343D0D0A0D0A2D2D3D5F63617261742E352D2D0D0A','127e37e92089edf0a9f7d517d205a4685f6255c1c2f060f4f8c11fada43e7300','Guten Tag Zażółć Gęślą,

Ihr bestellter Artikel ist bei uns eingetroffen:

Ósma

Er liegt für Sie bereit. Wir bewahren ihn bis 19.03.2026 auf. Bitte nennen Sie an der Kasse die Bestellnummer A-4.

Mit freundlichen Grüßen
Buchladen Sonne
laden@example.org

Diese Nachricht betrifft Ihren Auftrag bei uns und enthält keine Werbung.
Ihr Team der Sonne');
INSERT INTO "message_body" VALUES(7,X'46726F6D3A20427563686C6164656E20536F6E6E65203C6C6164656E406578616D706C652E6F72673E0D0A446174653A205468752C203035204D617220323032362031303A34303A3030202B303130300D0A546F3A206675656E66406578616D706C652E6F72670D0A5375626A6563743A20496872652042657374656C6C756E6720412D3620697374206162686F6C6265726569740D0A4D6573736167652D49443A203C63617261742E372E3464303763373830383034636134636537336133406578616D706C652E6F72673E0D0A5265706C792D546F3A206C6164656E406578616D706C652E6F72670D0A4D494D452D56657273696F6E3A20312E300D0A4175746F2D5375626D69747465643A206175746F2D67656E6572617465640D0A582D4175746F2D526573706F6E73652D53757070726573733A20416C6C0D0A582D43617261742D4C6F6F703A206578616D706C652E6F72670D0A436F6E74656E742D547970653A206D756C7469706172742F616C7465726E61746976653B20626F756E646172793D223D5F63617261742E37220D0A0D0A2D2D3D5F63617261742E370D0A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A523356305A5734675647466E49465A6C636D4567526E566C626D597344516F4E436B6C6F636942695A584E305A577873644756794945467964476C725A57776761584E3049474A6C615342310D0A626E4D675A576C755A325630636D396D5A6D56754F67304B44517042625756796157746844516F4E436B5679494778705A576430494762447648496755326C6C49474A6C636D5670644334670D0A56326C7949474A6C6432466F636D567549476C6F6269426961584D674D546B754D444D754D6A41794E6942686457597549454A706448526C4947356C626D356C6269425461575567595734670D0A5A4756794945746863334E6C494752705A5342435A584E305A577873626E567462575679494545744E69344E4367304B54576C3049475A795A5856755A4778705932686C6269424863734F380D0A7735396C6267304B516E566A614778685A47567549464E76626D356C445170735957526C626B426C654746746347786C4C6D39795A77304B445170456157567A5A53424F59574E6F636D6C6A0D0A61485167596D5630636D6C6D5A6E5167535768795A5734675158566D64484A685A7942695A576B676457357A494856755A43426C626E526F77365273644342725A576C755A5342585A584A690D0A6457356E4C67304B535768794946526C595730675A47567949464E76626D356C0D0A0D0A2D2D3D5F63617261742E370D0A436F6E74656E742D547970653A20746578742F68746D6C3B20636861727365743D227574662D38220D0A436F6E74656E742D5472616E736665722D456E636F64696E673A206261736536340D0A0D0A5043466B62324E306558426C494768306257772B44516F3861485274624342735957356E50534A6B5A53492B44516F38614756685A443438625756305953426A614746796332563050534A310D0A644759744F43492B5047316C64474567626D46745A543069646D6C6C64334276636E516949474E76626E526C626E5139496E64705A48526F5057526C646D6C6A5A533133615752306143492B0D0A5043396F5A57466B5067304B50474A765A486B676333523562475539496D5A76626E51745A6D4674615778354F69416E55323931636D4E6C49464E68626E4D674D796373494364545A5764760D0A5A534256535363734945686C62485A6C64476C6A5953776751584A705957777349484E68626E4D74633256796157593749475A76626E517463326C365A546F674D545A776544736762476C750D0A5A53316F5A576C6E61485136494445754E53492B44516F38634435486458526C6269425559576367566D567959534247645756755A6977384C33412B44516F386344354A61484967596D567A0D0A644756736248526C63694242636E52706132567349476C7A644342695A576B676457357A49475670626D646C64484A765A6D5A6C626A6F384C33412B44516F386344354262575679615774680D0A504339775067304B5048412B5258496762476C6C5A3351675A734F386369425461575567596D56795A576C304C69425861584967596D5633595768795A5734676157687549474A70637941780D0A4F5334774D7934794D444932494746315A693467516D6C3064475567626D5675626D567549464E705A5342686269426B5A5849675332467A633255675A476C6C49454A6C6333526C624778750D0A645731745A584967515330324C6A77766344344E4367304B5048412B54576C3049475A795A5856755A4778705932686C6269424863734F387735396C626A7869636941765067304B516E566A0D0A614778685A47567549464E76626D356C50474A795067304B6247466B5A5735415A586868625842735A533576636D63384C33412B44516F38634435456157567A5A53424F59574E6F636D6C6A0D0A61485167596D5630636D6C6D5A6E5167535768795A5734675158566D64484A685A7942695A576B676457357A494856755A43426C626E526F77365273644342725A576C755A5342585A584A690D0A6457356E4C6A7869636941765067304B535768794946526C595730675A47567949464E76626D356C504339775067304B50433969623252355067304B5043396F6447317350673D3D0D0A0D0A2D2D3D5F63617261742E372D2D0D0A','ba8b6e5990d41aa8b8bd569cdaafc6c4e2a1e02df3bade679a0c621e28044879','Guten Tag Vera Fuenf,

Ihr bestellter Artikel ist bei uns eingetroffen:

Amerika

Er liegt für Sie bereit. Wir bewahren ihn bis 19.03.2026 auf. Bitte nennen Sie an der Kasse die Bestellnummer A-6.

Mit freundlichen Grüßen
Buchladen Sonne
laden@example.org

Diese Nachricht betrifft Ihren Auftrag bei uns und enthält keine Werbung.
Ihr Team der Sonne');
CREATE TABLE message_document (
  message_id INTEGER NOT NULL REFERENCES message, document_id INTEGER NOT NULL REFERENCES document,
  PRIMARY KEY (message_id, document_id)
) WITHOUT ROWID;
INSERT INTO "message_document" VALUES(1,1);
INSERT INTO "message_document" VALUES(4,1);
INSERT INTO "message_document" VALUES(1,2);
INSERT INTO "message_document" VALUES(2,3);
INSERT INTO "message_document" VALUES(5,4);
INSERT INTO "message_document" VALUES(6,5);
INSERT INTO "message_document" VALUES(7,6);
CREATE TABLE message_event (                               -- an event makes one message per rule, for ever
  event_id INTEGER NOT NULL REFERENCES event, rule TEXT NOT NULL, message_id INTEGER REFERENCES message,
  trail TEXT NOT NULL DEFAULT '[]',                        -- JSON: every way looked at and why it was taken or not
  PRIMARY KEY (event_id, rule)
) WITHOUT ROWID;
INSERT INTO "message_event" VALUES(1,'goods_arrived',1,'[{"channel": "email", "address": "eins@example.org", "taken": true, "why": "the shop''s order of ways; the customer''s e-mail address"}]');
INSERT INTO "message_event" VALUES(2,'goods_arrived',1,'[{"channel": "email", "address": "eins@example.org", "taken": true, "why": "the shop''s order of ways; the customer''s e-mail address"}]');
INSERT INTO "message_event" VALUES(3,'goods_arrived',1,'[{"channel": "email", "address": "eins@example.org", "taken": true, "why": "the shop''s order of ways; the customer''s e-mail address"}]');
INSERT INTO "message_event" VALUES(4,'goods_arrived',2,'[{"channel": "email", "address": null, "taken": false, "why": "no e-mail address"}, {"channel": "sms", "address": "+491713920011", "taken": true, "why": "the shop''s order of ways; the customer''s mobile number"}]');
INSERT INTO "message_event" VALUES(11,'goods_arrived',5,'[{"channel": "email", "address": "drei@example.org", "taken": true, "why": "the shop''s order of ways; the customer''s e-mail address"}]');
INSERT INTO "message_event" VALUES(12,'goods_arrived',6,'[{"channel": "email", "address": "vier@example.org", "taken": true, "why": "the shop''s order of ways; the customer''s e-mail address"}]');
INSERT INTO "message_event" VALUES(13,'goods_arrived',7,'[{"channel": "email", "address": "fuenf@example.org", "taken": true, "why": "the shop''s order of ways; the customer''s e-mail address"}]');
CREATE TABLE rule (
  name TEXT PRIMARY KEY, event TEXT NOT NULL, template TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 0,
  merge INTEGER NOT NULL DEFAULT 0, delay_s INTEGER NOT NULL DEFAULT 0, channels TEXT,
  description TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO "rule" VALUES('goods_arrived','goods.received','goods_arrived',1,1,0,NULL,'When goods of an order have arrived, tell the customer that they can be picked up; all goods of one customer that arrive together are told in one message.');
INSERT INTO "rule" VALUES('order_confirmed','order.created','order_confirmed',0,0,0,NULL,'When an order is new, confirm it to the customer.');
INSERT INTO "rule" VALUES('order_delayed','line.delayed','order_delayed',0,0,0,NULL,'When the expected day of an ordered article moves back, tell the customer the new day.');
INSERT INTO "rule" VALUES('order_ready','order.ready','order_ready',0,0,0,NULL,'When all articles of an order have arrived, tell the customer that the whole order is ready; goods_arrived tells of every arrival already, so use one of the two.');
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "setting" VALUES('intake.settle_s','0');
INSERT INTO "setting" VALUES('mode','rehearsal');
INSERT INTO "setting" VALUES('redirect.to','');
INSERT INTO "setting" VALUES('shop.country','DE');
INSERT INTO "setting" VALUES('shop.email','laden@example.org');
INSERT INTO "setting" VALUES('shop.language','');
INSERT INTO "setting" VALUES('shop.name','Buchladen Sonne');
CREATE TABLE suppression (                                 -- by address, so a new import cannot lift it
  type TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, created_at TEXT NOT NULL, who TEXT NOT NULL,
  PRIMARY KEY (type, value)
) WITHOUT ROWID;
INSERT INTO "suppression" VALUES('email','fuenf@example.org','moved','2026-11-21T23:33:39.196Z','root');
CREATE TABLE task (                                        -- what needs a person
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, customer_id INTEGER, document_id INTEGER,
  message_id INTEGER, text TEXT NOT NULL, created_at TEXT NOT NULL, done_at TEXT
);
CREATE TABLE template_version (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, language TEXT NOT NULL, channel TEXT NOT NULL, version INTEGER NOT NULL,
  sha256 TEXT NOT NULL, source TEXT NOT NULL, first_used_at TEXT NOT NULL,
  UNIQUE (name, language, channel, version)
);
INSERT INTO "template_version" VALUES(1,'goods_arrived_many','de','email',1,'981aae836fc8bcada3ce2130f8cd30f4defae9ed3ddbb061d1d826b0b7ab293a','---
subject: {{ item_count_text }} aus Ihrer Bestellung liegen bereit
---
{{ salutation }}

diese Artikel sind für Sie eingetroffen:

{{ items_block }}

Sie liegen{% if shelf_no %} im Abholfach {{ shelf_no }}{% endif %} für Sie bereit. Wir bewahren sie bis {{ pickup_until }} auf.

{% if opening_hours %}Öffnungszeiten: {{ opening_hours }}{% endif %}

Mit freundlichen Grüßen
{{ signature }}

Diese Nachricht betrifft Ihren Auftrag bei uns und enthält keine Werbung.
','2026-03-04T09:33:00.000Z');
INSERT INTO "template_version" VALUES(2,'goods_arrived_one','de','sms',1,'ae6751a1c9dcc79c6c3bb93fc1b0f06a0b4865281fc400d23113fc82a23d3ab2','{{ shop_name }}: {{ item_title_short }} ist da{% if shelf_no %}, Abholfach {{ shelf_no }}{% endif %}. Abholung bis {{ pickup_until }}. Best.-Nr. {{ order_no }}
','2026-03-04T09:33:00.000Z');
INSERT INTO "template_version" VALUES(3,'goods_arrived_one','de','email',1,'16a5581c52b035a990f00eefe1a7112faa788a34ab2493a81a2cd1284371ca22','---
subject: Ihre Bestellung {{ order_no }} ist abholbereit
---
{{ salutation }}

Ihr bestellter Artikel ist bei uns eingetroffen:

{{ item_title }}

Er liegt{% if shelf_no %} im Abholfach {{ shelf_no }}{% endif %} für Sie bereit. Wir bewahren ihn bis {{ pickup_until }} auf. Bitte nennen Sie an der Kasse die Bestellnummer {{ order_no }}.

{% if opening_hours %}Öffnungszeiten: {{ opening_hours }}{% endif %}

Mit freundlichen Grüßen
{{ signature }}

Diese Nachricht betrifft Ihren Auftrag bei uns und enthält keine Werbung.
Ihr Team der Sonne
','2026-03-05T09:40:00.000Z');
CREATE INDEX import_file_profile ON import_file (profile, id);
CREATE INDEX import_file_unfinished ON import_file (id) WHERE state = 'importing';
CREATE INDEX import_file_sha256 ON import_file (sha256);
CREATE INDEX import_file_path ON import_file (path, id);
CREATE INDEX import_issue_open ON import_issue (id) WHERE state = 'open';
CREATE INDEX import_issue_file ON import_issue (file_id);
CREATE INDEX document_customer ON document (customer_id, id);
CREATE INDEX event_open ON event (id) WHERE planned_at IS NULL;
CREATE INDEX event_document ON event (document_id);
CREATE INDEX event_customer ON event (customer_id, id);
CREATE INDEX event_file ON event (file_id, kind);
CREATE INDEX message_to_compose ON message (due_at, id) WHERE state = 'waiting' AND composed = 0;
CREATE INDEX message_due ON message (channel, due_at, id) WHERE state = 'waiting' AND composed = 1;
CREATE INDEX message_merging ON message (customer_id, rule) WHERE composed = 0 AND state IN ('waiting', 'held');
CREATE INDEX message_kind ON message (event, state, id);
CREATE INDEX message_created ON message (created_at);
CREATE INDEX message_state ON message (state, id);
CREATE INDEX message_customer ON message (customer_id, id);
CREATE INDEX message_event_message ON message_event (message_id);
CREATE INDEX message_document_document ON message_document (document_id);
CREATE INDEX attempt_message ON attempt (message_id);
CREATE INDEX task_open ON task (id) WHERE done_at IS NULL;
CREATE INDEX journal_subject ON journal (subject, subject_id) WHERE subject_id IS NOT NULL;
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
COMMIT;
