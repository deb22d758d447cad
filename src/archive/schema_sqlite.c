/*
 * The schema as SQLite reads it: see schema.h, and docs/archive.md for every
 * table and column in words.
 *
 * Times are seconds since 1970, NULL where unknown.  Names that repeat in
 * every check stand once in "names".  Tallies are kept by triggers, so that no
 * page has to count a large table.
 */
#include "archive/schema.h"

/* The engine's word indexes: see find_fts5.c. */
#define TOKENIZER "tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\"\n"
#define SEARCH_TABLES                                                                                                  \
	"CREATE TABLE search_forms (\n"                                                                                \
	"  article INTEGER NOT NULL REFERENCES articles,\n"                                                            \
	"  number INTEGER NOT NULL,\n"                                                                                 \
	"  size INTEGER NOT NULL,\n"                                                                                   \
	"  packed BLOB NOT NULL,\n"                                                                                    \
	"  PRIMARY KEY (article, number)\n"                                                                            \
	") STRICT, WITHOUT ROWID;\n"                                                                                   \
	"CREATE VIRTUAL TABLE search USING fts5 (\n"                                                                   \
	"  title, body, title_stems, body_stems, marks, content = '',\n" TOKENIZER ");\n"                              \
	"CREATE VIRTUAL TABLE search_changes USING fts5 (\n"                                                           \
	"  gone, come, gone_stems, come_stems, marks, content = '', columnsize = 0,\n" TOKENIZER                       \
	");\n" /* Pieces that fill a page of ours; more words gathered before they are written. */                     \
	"INSERT INTO search (search, rank) VALUES ('pgsz', 8000);\n"                                                   \
	"INSERT INTO search (search, rank) VALUES ('hashsize', 4194304);\n"                                            \
	"INSERT INTO search_changes (search_changes, rank) VALUES ('pgsz', 8000);\n"                                   \
	"INSERT INTO search_changes (search_changes, rank) VALUES ('hashsize', 4194304);\n"

#define FETCHING_TABLES                                                                                                \
	"CREATE TABLE removals (\n"                                                                                    \
	"  article INTEGER NOT NULL REFERENCES articles,\n"                                                            \
	"  since INTEGER NOT NULL,\n"                                                                                  \
	"  before INTEGER,\n"                                                                                          \
	"  outcome TEXT NOT NULL,\n"                                                                                   \
	"  checks INTEGER NOT NULL,\n"                                                                                 \
	"  confirmed INTEGER,\n"                                                                                       \
	"  back INTEGER,\n"                                                                                            \
	"  PRIMARY KEY (article, since)\n"                                                                             \
	") STRICT, WITHOUT ROWID;\n"                                                                                   \
	"CREATE INDEX removals_confirmed ON removals (confirmed) WHERE confirmed IS NOT NULL;\n"                       \
	"CREATE INDEX removals_back ON removals (back) WHERE confirmed IS NOT NULL AND back IS NOT NULL;\n"            \
	"CREATE TABLE traffic (\n"                                                                                     \
	"  source INTEGER NOT NULL REFERENCES sources,\n"                                                              \
	"  day INTEGER NOT NULL,\n"                                                                                    \
	"  origin TEXT NOT NULL,\n"                                                                                    \
	"  requests INTEGER NOT NULL,\n"                                                                               \
	"  not_modified INTEGER NOT NULL,\n"                                                                           \
	"  failed INTEGER NOT NULL,\n"                                                                                 \
	"  bytes INTEGER NOT NULL,\n"                                                                                  \
	"  PRIMARY KEY (source, day, origin)\n"                                                                        \
	") STRICT, WITHOUT ROWID;\n"                                                                                   \
	"CREATE INDEX traffic_by_origin ON traffic (origin, day);\n"                                                   \
	"CREATE TABLE hazards (\n"                                                                                     \
	"  source INTEGER PRIMARY KEY,\n"                                                                              \
	"  model BLOB NOT NULL,\n"                                                                                     \
	"  updated INTEGER\n"                                                                                          \
	") STRICT;\n"                                                                                                  \
	"CREATE TABLE hubs (\n"                                                                                        \
	"  target INTEGER PRIMARY KEY REFERENCES targets,\n"                                                           \
	"  hub TEXT NOT NULL,\n"                                                                                       \
	"  topic TEXT NOT NULL,\n"                                                                                     \
	"  secret TEXT NOT NULL UNIQUE,\n"                                                                             \
	"  asked INTEGER,\n"                                                                                           \
	"  until INTEGER,\n"                                                                                           \
	"  heard INTEGER\n"                                                                                            \
	") STRICT;\n"                                                                                                  \
	"CREATE TABLE claims (\n"                                                                                      \
	"  source INTEGER NOT NULL REFERENCES sources,\n"                                                              \
	"  url TEXT NOT NULL,\n"                                                                                       \
	"  article INTEGER NOT NULL REFERENCES articles,\n"                                                            \
	"  check_id INTEGER REFERENCES checks,\n"                                                                      \
	"  PRIMARY KEY (source, url, article)\n"                                                                       \
	") STRICT, WITHOUT ROWID;\n"                                                                                   \
	"CREATE INDEX claims_by_article ON claims (article);\n"

/* Many pieces in one frame.  A pack's number is never used again: readers remember packs by it. */
#define PACKS_TABLE                                                                                                    \
	"CREATE TABLE packs (\n"                                                                                       \
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"                                                                    \
	"  source INTEGER NOT NULL REFERENCES sources,\n"                                                              \
	"  what TEXT NOT NULL,\n"                                                                                      \
	"  level INTEGER NOT NULL,\n"                                                                                  \
	"  size INTEGER NOT NULL,\n"                                                                                   \
	"  packed BLOB NOT NULL\n"                                                                                     \
	") STRICT;\n"                                                                                                  \
	"CREATE INDEX packs_by_source ON packs (source, what, size);\n"                                                \
	"CREATE INDEX packs_by_level ON packs (level, size);\n"
#define HOSTS_TABLE                                                                                                    \
	"CREATE TABLE hosts (\n"                                                                                       \
	"  origin TEXT PRIMARY KEY,\n"                                                                                 \
	"  epoch INTEGER NOT NULL DEFAULT 0,\n"                                                                        \
	"  leased_by TEXT,\n"                                                                                          \
	"  leased_until INTEGER NOT NULL DEFAULT 0,\n"                                                                 \
	"  pause_until INTEGER NOT NULL DEFAULT 0,\n"                                                                  \
	"  wait_until INTEGER NOT NULL DEFAULT 0,\n"                                                                   \
	"  refusals INTEGER NOT NULL DEFAULT 0\n"                                                                      \
	") STRICT, WITHOUT ROWID;\n"                                                                                   \
	"CREATE INDEX hosts_leased ON hosts (leased_by, origin) WHERE leased_by IS NOT NULL;\n"
#define HOSTS_TRIGGER                                                                                                  \
	"CREATE TRIGGER host_of_target AFTER INSERT ON targets BEGIN\n"                                                \
	"  INSERT INTO hosts (origin) VALUES (new.origin) ON CONFLICT DO NOTHING;\nEND;\n"
#define TAKEDOWNS_TABLE                                                                                                \
	"CREATE TABLE takedowns (\n"                                                                                   \
	"  article INTEGER NOT NULL REFERENCES articles,\n"                                                            \
	"  kind TEXT NOT NULL,\n"                                                                                      \
	"  since INTEGER NOT NULL,\n"                                                                                  \
	"  until INTEGER,\n"                                                                                           \
	"  reason TEXT NOT NULL,\n"                                                                                    \
	"  PRIMARY KEY (article, kind, since)\n"                                                                       \
	") STRICT, WITHOUT ROWID;\n"
#define BLOB_PACK_INDEXES                                                                                              \
	"CREATE INDEX blobs_loose ON blobs (target, id, added, size) WHERE pack IS NULL;\n"                            \
	"CREATE INDEX blobs_by_pack ON blobs (pack) WHERE pack IS NOT NULL;\n"
#define TEXT_PACK_INDEXES                                                                                              \
	"CREATE INDEX texts_loose ON texts (article, number, size) WHERE pack IS NULL;\n"                              \
	"CREATE INDEX texts_by_pack ON texts (pack) WHERE pack IS NOT NULL;\n"

#define DUE_INDEXES                                                                                                    \
	"CREATE INDEX targets_due ON targets (due) WHERE due IS NOT NULL;\n"                                           \
	"CREATE INDEX targets_due_by_origin ON targets (origin, due) WHERE due IS NOT NULL;\n"

const char schema_endures[] =
        "CREATE TABLE facts (\n"
        "  name TEXT PRIMARY KEY,\n"
        "  value TEXT NOT NULL\n"
        ") STRICT, WITHOUT ROWID;\n"

        "CREATE TABLE sources (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  key TEXT NOT NULL UNIQUE,\n"
        "  name TEXT NOT NULL DEFAULT '',\n"
        "  site TEXT NOT NULL UNIQUE,\n"
        "  added INTEGER\n"
        ") STRICT;\n"

        "CREATE TABLE articles (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  source INTEGER NOT NULL REFERENCES sources,\n"
        "  url TEXT NOT NULL UNIQUE,\n"
        "  added INTEGER\n"
        ") STRICT;\n"
        "CREATE INDEX articles_by_source ON articles (source);\n"

        "CREATE TABLE addresses (\n"
        "  url TEXT PRIMARY KEY,\n"
        "  article INTEGER NOT NULL REFERENCES articles,\n"
        "  added INTEGER,\n"
        "  why TEXT,\n"
        "  check_id INTEGER REFERENCES checks\n"
        ") STRICT, WITHOUT ROWID;\n"
        "CREATE INDEX addresses_by_article ON addresses (article);\n"

        PACKS_TABLE "CREATE TABLE blobs (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),\n"
        "  size INTEGER NOT NULL,\n"
        "  base INTEGER REFERENCES blobs,\n"
        "  depth INTEGER NOT NULL CHECK ((depth = 0) = (base IS NULL)),\n"
        "  packed BLOB NOT NULL,\n"
        "  target INTEGER,\n"
        "  added INTEGER,\n"
        "  pack INTEGER REFERENCES packs,\n"
        "  place INTEGER\n"
        ") STRICT;\n" BLOB_PACK_INDEXES

        "CREATE TABLE targets (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  kind TEXT NOT NULL,\n"
        "  state TEXT NOT NULL,\n"
        "  source INTEGER NOT NULL REFERENCES sources,\n"
        "  article INTEGER REFERENCES articles,\n"
        "  found_by INTEGER REFERENCES targets,\n"
        "  url TEXT NOT NULL UNIQUE,\n"
        "  origin TEXT NOT NULL,\n"
        "  label TEXT,\n"
        "  filter TEXT,\n"
        "  added INTEGER,\n"
        "  due INTEGER,\n"
        "  leased_due INTEGER,\n"
        "  period INTEGER NOT NULL,\n"
        "  last_check INTEGER,\n"
        "  last_change INTEGER,\n"
        "  failures INTEGER NOT NULL,\n"
        "  etag TEXT,\n"
        "  last_modified TEXT,\n"
        "  last_outcome TEXT,\n"
        "  last_blob INTEGER REFERENCES blobs,\n"
        "  published INTEGER,\n"
        "  listed INTEGER NOT NULL DEFAULT 0,\n"
        "  live INTEGER NOT NULL DEFAULT 0,\n"
        "  ttl INTEGER NOT NULL DEFAULT 0,\n"
        "  skips INTEGER NOT NULL DEFAULT 0\n"
        ") STRICT;\n" DUE_INDEXES "CREATE INDEX targets_by_source ON targets (source);\n"
        "CREATE INDEX targets_by_article ON targets (article) WHERE article IS NOT NULL;\n"
        "CREATE INDEX targets_watched ON targets (source) WHERE kind <> 'article' OR found_by IS NULL;\n"

        "CREATE TABLE robots (\n"
        "  origin TEXT PRIMARY KEY,\n"
        "  fetched INTEGER,\n"
        "  expires INTEGER,\n"
        "  reachable INTEGER NOT NULL,\n"
        "  rules BLOB NOT NULL\n"
        ") STRICT;\n"

        "CREATE TABLE names (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  name TEXT NOT NULL UNIQUE\n"
        ") STRICT;\n"

        "CREATE TABLE checks (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  target INTEGER NOT NULL REFERENCES targets,\n"
        "  at INTEGER,\n"
        "  wall_ms INTEGER NOT NULL,\n"
        "  outcome INTEGER REFERENCES names,\n"
        "  failed INTEGER NOT NULL,\n"
        "  status INTEGER NOT NULL,\n"
        "  url TEXT,\n"
        "  read_as INTEGER REFERENCES names,\n"
        "  content_type INTEGER REFERENCES names,\n"
        "  detail TEXT,\n"
        "  origin INTEGER REFERENCES names,\n"
        "  body INTEGER REFERENCES blobs,\n"
        "  headers INTEGER REFERENCES blobs,\n"
        "  bytes INTEGER NOT NULL\n"
        ") STRICT;\n"
        "CREATE INDEX checks_by_target ON checks (target, at, body);\n"
        "CREATE INDEX checks_by_time ON checks (at, outcome);\n"
        "CREATE INDEX checks_failed ON checks (at) WHERE failed = 1;\n"
        "CREATE INDEX checks_with_headers ON checks (target, headers) WHERE headers IS NOT NULL;\n"

        TAKEDOWNS_TABLE HOSTS_TABLE HOSTS_TRIGGER

                /* What the manners of the program are held against. */
                FETCHING_TABLES;

#define TRIGGER(name, event, body) "CREATE TRIGGER " name " AFTER " event " BEGIN\n" body "END;\n"
#define ADD(source, what, n)                                                                                           \
	"  INSERT INTO tallies (source, what, n) VALUES (" source ", " what ", " n ")\n"                               \
	"    ON CONFLICT (source, what) DO UPDATE SET n = n + excluded.n;\n"

/* What a target counts as. */
#define COUNTS_AS(row)                                                                                                 \
	"CASE WHEN " row ".kind = 'article' THEN " row ".state"                                                        \
	" WHEN " row ".kind IN ('feed', 'section') AND " row ".state = 'checked' THEN 'feeds'"                         \
	" ELSE 'other' END"

/* A pack that no piece stands in any more goes. */
#define EMPTY_PACK(table)                                                                                              \
	"  DELETE FROM packs WHERE id = old.pack AND NOT EXISTS (SELECT 1 FROM " table " WHERE pack = old.pack);\n"

/* clang-format off */
#define PACK_TRIGGERS \
	TRIGGER("tally_blob_moved", "UPDATE OF packed ON blobs", \
		ADD("0", "'packed bytes'", "length(new.packed) - length(old.packed)")) \
	TRIGGER("tally_blob_gone", "DELETE ON blobs", \
		ADD("0", "'blob bytes'", "-old.size") \
		ADD("0", "'packed bytes'", "-length(old.packed)")) \
	TRIGGER("tally_pack", "INSERT ON packs WHEN new.what = 'pages'", \
		ADD("0", "'packed bytes'", "length(new.packed)")) \
	TRIGGER("tally_pack_again", "UPDATE OF packed ON packs WHEN new.what = 'pages'", \
		ADD("0", "'packed bytes'", "length(new.packed) - length(old.packed)")) \
	TRIGGER("tally_pack_gone", "DELETE ON packs WHEN old.what = 'pages'", \
		ADD("0", "'packed bytes'", "-length(old.packed)")) \
	TRIGGER("blob_left_pack", "UPDATE OF pack ON blobs WHEN old.pack IS NOT NULL", EMPTY_PACK("blobs")) \
	TRIGGER("blob_gone", "DELETE ON blobs WHEN old.pack IS NOT NULL", EMPTY_PACK("blobs")) \
	TRIGGER("text_left_pack", "UPDATE OF pack ON texts WHEN old.pack IS NOT NULL", EMPTY_PACK("texts")) \
	TRIGGER("text_gone", "DELETE ON texts WHEN old.pack IS NOT NULL", EMPTY_PACK("texts"))

#define TALLY_TRIGGERS \
	TRIGGER("tally_article", "INSERT ON articles", \
		ADD("new.source", "'articles'", "1")) \
	TRIGGER("tally_target", "INSERT ON targets", \
		ADD("new.source", COUNTS_AS("new"), "1")) \
	TRIGGER("tally_target_moved", "UPDATE OF kind, state ON targets" \
		" WHEN old.kind <> new.kind OR old.state <> new.state", \
		ADD("old.source", COUNTS_AS("old"), "-1") \
		ADD("new.source", COUNTS_AS("new"), "1")) \
	TRIGGER("tally_versions", "INSERT ON newest", \
		ADD("new.source", "'versions'", "new.versions")) \
	TRIGGER("tally_versions_more", "UPDATE OF versions ON newest", \
		ADD("new.source", "'versions'", "new.versions - old.versions")) \
	TRIGGER("tally_versions_gone", "DELETE ON newest", \
		ADD("old.source", "'versions'", "-old.versions")) \
	TRIGGER("tally_change", "INSERT ON changes", \
		ADD("new.source", "'changes'", "1")) \
	TRIGGER("tally_change_gone", "DELETE ON changes", \
		ADD("old.source", "'changes'", "-1")) \
	TRIGGER("tally_check", "INSERT ON checks", \
		ADD("0", "'checks'", "1")) \
	TRIGGER("tally_blob", "INSERT ON blobs", \
		ADD("0", "'blob bytes'", "new.size") \
		ADD("0", "'packed bytes'", "length(new.packed)")) \
	PACK_TRIGGERS
/* clang-format on */

/* What the tallies should say; a row with 0 is as good as none. */
#define COUNTED                                                                                                        \
	"SELECT source, what, sum(n) AS n FROM ("                                                                      \
	"SELECT source, 'articles' AS what, count(*) AS n FROM articles GROUP BY source"                               \
	" UNION ALL SELECT source, " COUNTS_AS(                                                                        \
	        "targets") ", count(*) FROM targets GROUP BY 1, 2"                                                     \
	                   " UNION ALL SELECT source, 'versions', sum(versions) FROM newest GROUP BY source"           \
	                   " UNION ALL SELECT source, 'changes', count(*) FROM changes GROUP BY source"                \
	                   " UNION ALL SELECT 0, 'checks', count(*) FROM checks"                                       \
	                   " UNION ALL SELECT 0, 'blob bytes', sum(size) FROM blobs"                                   \
	                   " UNION ALL SELECT 0, 'packed bytes', sum(length(packed)) FROM blobs"                       \
	                   " UNION ALL SELECT 0, 'packed bytes', sum(length(packed)) FROM packs WHERE what = 'pages'"  \
	                   ") AS counted GROUP BY source, what HAVING sum(n) <> 0"
#define TALLIED "SELECT source, what, sum(n) AS n FROM tallies GROUP BY source, what HAVING sum(n) <> 0"

const char schema_tallies_wrong[] = "SELECT (SELECT count(*) FROM (" COUNTED " EXCEPT " TALLIED ") AS missing)"
                                    " + (SELECT count(*) FROM (" TALLIED " EXCEPT " COUNTED ") AS wrong)";
const char schema_tallies_again[] = "DELETE FROM tallies;\n"
                                    "INSERT INTO tallies (source, what, n) " COUNTED ";\n";
const char schema_pg_tallies_again[] =
        "DELETE FROM tallies;\n"
        "INSERT INTO tallies (shard, source, what, n) SELECT 0, source, what, n FROM (" COUNTED ") AS counted;\n";

const char schema_derived[] = "CREATE TABLE newest (\n"
                              "  article INTEGER PRIMARY KEY REFERENCES articles,\n"
                              "  source INTEGER NOT NULL REFERENCES sources,\n"
                              "  versions INTEGER NOT NULL,\n"
                              "  title TEXT NOT NULL,\n"
                              "  language TEXT NOT NULL,\n"
                              "  published INTEGER,\n"
                              "  first_seen INTEGER,\n"
                              "  changed INTEGER,\n"
                              "  flips INTEGER NOT NULL DEFAULT 0,\n"
                              "  traits BLOB\n"
                              ") STRICT;\n"
                              "CREATE INDEX newest_changed ON newest (article) WHERE versions > 1;\n"
                              "CREATE INDEX newest_changed_by_source ON newest (source, article) WHERE versions > 1;\n"

                              "CREATE TABLE versions (\n"
                              "  article INTEGER NOT NULL REFERENCES articles,\n"
                              "  number INTEGER NOT NULL,\n"
                              "  check_id INTEGER REFERENCES checks,\n"
                              "  part INTEGER NOT NULL,\n"
                              "  first_seen INTEGER,\n"
                              "  before INTEGER,\n"
                              "  later INTEGER,\n"
                              "  identity BLOB NOT NULL CHECK (length(identity) = 32),\n"
                              "  title TEXT NOT NULL,\n"
                              "  bylines TEXT NOT NULL,\n"
                              "  published INTEGER,\n"
                              "  modified INTEGER,\n"
                              "  words INTEGER NOT NULL,\n"
                              "  remade INTEGER,\n"
                              "  PRIMARY KEY (article, number),\n"
                              "  UNIQUE (article, identity)\n"
                              ") STRICT, WITHOUT ROWID;\n"

                              "CREATE TABLE texts (\n"
                              "  article INTEGER NOT NULL,\n"
                              "  number INTEGER NOT NULL,\n"
                              "  depth INTEGER NOT NULL,\n"
                              "  size INTEGER NOT NULL,\n"
                              "  hash INTEGER NOT NULL,\n"
                              "  packed BLOB NOT NULL,\n"
                              "  pack INTEGER REFERENCES packs,\n"
                              "  place INTEGER,\n"
                              "  PRIMARY KEY (article, number),\n"
                              "  FOREIGN KEY (article, number) REFERENCES versions\n"
                              ") STRICT;\n" TEXT_PACK_INDEXES

                              "CREATE TABLE sightings (\n"
                              "  article INTEGER NOT NULL REFERENCES articles,\n"
                              "  run INTEGER NOT NULL,\n"
                              "  number INTEGER NOT NULL,\n"
                              "  first INTEGER,\n"
                              "  last INTEGER,\n"
                              "  PRIMARY KEY (article, run)\n"
                              ") STRICT, WITHOUT ROWID;\n"

                              "CREATE TABLE changes (\n"
                              "  article INTEGER NOT NULL,\n"
                              "  number INTEGER NOT NULL CHECK (number > 0),\n"
                              "  source INTEGER NOT NULL REFERENCES sources,\n"
                              "  first_seen INTEGER,\n"
                              "  words_added INTEGER NOT NULL,\n"
                              "  words_removed INTEGER NOT NULL,\n"
                              "  edited INTEGER NOT NULL,\n"
                              "  added INTEGER NOT NULL,\n"
                              "  removed INTEGER NOT NULL,\n"
                              "  moved INTEGER NOT NULL,\n"
                              "  title_changed INTEGER NOT NULL,\n"
                              "  kinds INTEGER NOT NULL,\n"
                              "  natures INTEGER NOT NULL,\n"
                              "  weight INTEGER NOT NULL,\n"
                              "  method INTEGER NOT NULL,\n"
                              "  remade INTEGER,\n"
                              "  PRIMARY KEY (article, number),\n"
                              "  FOREIGN KEY (article, number) REFERENCES versions\n"
                              ") STRICT, WITHOUT ROWID;\n"
                              "CREATE INDEX changes_by_time ON changes (first_seen, article, number, weight, kinds);\n"
                              "CREATE INDEX changes_by_source ON changes (source, first_seen, article, number,"
                              " weight, kinds);\n"

                              "CREATE TABLE tallies (\n"
                              "  source INTEGER NOT NULL,\n"
                              "  what TEXT NOT NULL,\n"
                              "  n INTEGER NOT NULL,\n"
                              "  PRIMARY KEY (source, what)\n"
                              ") STRICT, WITHOUT ROWID;\n"

        TALLY_TRIGGERS;

#define LEARNED_TABLES                                                                                                 \
	"CREATE TABLE furniture (\n"                                                                                   \
	"  id INTEGER PRIMARY KEY,\n"                                                                                  \
	"  source INTEGER NOT NULL REFERENCES sources,\n"                                                              \
	"  rule TEXT NOT NULL,\n"                                                                                      \
	"  hash INTEGER NOT NULL,\n"                                                                                   \
	"  sample TEXT NOT NULL,\n"                                                                                    \
	"  articles INTEGER NOT NULL,\n"                                                                               \
	"  of INTEGER NOT NULL,\n"                                                                                     \
	"  strong INTEGER NOT NULL,\n"                                                                                 \
	"  first INTEGER,\n"                                                                                           \
	"  last INTEGER,\n"                                                                                            \
	"  since INTEGER,\n"                                                                                           \
	"  left_out INTEGER,\n"                                                                                        \
	"  verdict TEXT,\n"                                                                                            \
	"  UNIQUE (source, rule, hash)\n"                                                                              \
	") STRICT;\n"                                                                                                  \
	"CREATE INDEX furniture_in_force ON furniture (source) WHERE since IS NOT NULL;\n"                             \
	"CREATE TABLE lessons (\n"                                                                                     \
	"  source INTEGER NOT NULL REFERENCES sources,\n"                                                              \
	"  number INTEGER NOT NULL,\n"                                                                                 \
	"  article INTEGER NOT NULL UNIQUE REFERENCES articles,\n"                                                     \
	"  evidence BLOB NOT NULL,\n"                                                                                  \
	"  PRIMARY KEY (source, number)\n"                                                                             \
	") STRICT, WITHOUT ROWID;\n"                                                                                   \
	"CREATE TABLE left_out (\n"                                                                                    \
	"  check_id INTEGER PRIMARY KEY REFERENCES checks,\n"                                                          \
	"  blocks TEXT NOT NULL\n"                                                                                     \
	") STRICT;\n"

const char schema_learned[] = LEARNED_TABLES;
const char schema_form_6[] =
        HOSTS_TABLE HOSTS_TRIGGER "INSERT INTO hosts (origin) SELECT DISTINCT origin FROM targets;\n";
/* What brought a blob, and when, is found among the checks.  The word index is made
 * again when the archive is opened for writing (archive_search_again). */
const char schema_form_5[] =
        PACKS_TABLE TAKEDOWNS_TABLE "ALTER TABLE blobs ADD COLUMN target INTEGER;\n"
                                    "ALTER TABLE blobs ADD COLUMN added INTEGER;\n"
                                    "ALTER TABLE blobs ADD COLUMN pack INTEGER REFERENCES packs;\n"
                                    "ALTER TABLE blobs ADD COLUMN place INTEGER;\n"
                                    "ALTER TABLE texts ADD COLUMN pack INTEGER REFERENCES packs;\n"
                                    "ALTER TABLE texts ADD COLUMN place INTEGER;\n"
                                    "CREATE INDEX checks_by_body ON checks (body, target, at);\n"
                                    "CREATE INDEX checks_by_headers ON checks (headers, target, at);\n"
                                    "UPDATE blobs SET (target, added) = (SELECT target, coalesce(at, 0) FROM checks"
                                    " WHERE body = blobs.id OR headers = blobs.id LIMIT 1);\n"
                                    "DROP INDEX checks_by_body;\n"
                                    "DROP INDEX checks_by_headers;\n" BLOB_PACK_INDEXES TEXT_PACK_INDEXES PACK_TRIGGERS
                                    "DROP TABLE search;\nDROP TABLE search_forms;\n" SEARCH_TABLES;
/* A target that was given up or is gone may be due: it is glanced at now and
 * then.  A constraint forbade it, which goes with its column only. */
const char schema_form_4[] = "ALTER TABLE targets ADD COLUMN next INTEGER;\n"
                             "UPDATE targets SET next = due WHERE due IS NOT NULL;\n"
                             "DROP INDEX targets_due;\n"
                             "DROP INDEX targets_due_by_origin;\n"
                             "ALTER TABLE targets DROP COLUMN due;\n"
                             "ALTER TABLE targets RENAME COLUMN next TO due;\n" DUE_INDEXES
                             "ALTER TABLE targets ADD COLUMN published INTEGER;\n"
                             "ALTER TABLE targets ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE targets ADD COLUMN live INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE targets ADD COLUMN ttl INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE targets ADD COLUMN skips INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE addresses ADD COLUMN why TEXT;\n"
                             "ALTER TABLE addresses ADD COLUMN check_id INTEGER REFERENCES checks;\n"
                             "CREATE INDEX addresses_by_article ON addresses (article);\n" FETCHING_TABLES;
/* Weights are made when the changes are compared again. */
const char schema_form_3[] = "ALTER TABLE changes RENAME COLUMN rows_edited TO edited;\n"
                             "ALTER TABLE changes RENAME COLUMN rows_added TO added;\n"
                             "ALTER TABLE changes RENAME COLUMN rows_removed TO removed;\n"
                             "ALTER TABLE changes RENAME COLUMN rows_moved TO moved;\n"
                             "ALTER TABLE changes ADD COLUMN kinds INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE changes ADD COLUMN natures INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE changes ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;\n"
                             "ALTER TABLE changes ADD COLUMN method INTEGER NOT NULL DEFAULT 0;\n"
                             "DROP INDEX changes_by_time;\n"
                             "DROP INDEX changes_by_source;\n"
                             "CREATE INDEX changes_by_time ON changes (first_seen, article, number, weight, kinds);\n"
                             "CREATE INDEX changes_by_source ON changes (source, first_seen, article, number,"
                             " weight, kinds);\n";
const char schema_form_2[] = "ALTER TABLE newest ADD COLUMN traits BLOB;\n"
                             "ALTER TABLE versions ADD COLUMN remade INTEGER;\n"
                             "ALTER TABLE changes ADD COLUMN remade INTEGER;\n" LEARNED_TABLES;

const char schema_search[] =
        SEARCH_TABLES "INSERT INTO facts (name, value) VALUES ('search method', '" SEARCH_METHOD "');\n";
