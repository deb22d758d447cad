/*
 * The schema as PostgreSQL reads it: see schema.h, and docs/cluster.md for what
 * differs from the one for SQLite (schema_sqlite.c), which has every table and
 * column in words (docs/archive.md).
 *
 * "shard" is the first column of the key of every table that has a row for each
 * host, article or check; "sources", "names", "takedowns" and "facts" are small, and every
 * shard needs them.  A unique constraint includes the shard, behind what is
 * looked up.  Addresses may be longer than an entry of an index: they are found
 * by their hash (url_key).
 *
 * There are no foreign keys: a database that is spread over machines has none
 * across shards.  "stet verify" looks for rows that mean nothing.
 *
 * A row of "tallies" is what one row has added; nobody waits for anybody who
 * counts.  Those that say of the same are put together now and then
 * (tallies.c).
 */
#include "archive/schema.h"

/* Greater than what comes from SQLite, see db.h. */
#define ID(sequence) "CREATE SEQUENCE " sequence " START 4194304;\n"
#define TEXT "text COLLATE \"C\""

const char schema_pg_endures[] =
        "CREATE FUNCTION shard_of(id bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
        " AS $$ SELECT CASE WHEN id < 4294967296 THEN 0 ELSE id % 1024 END $$;\n"
        "CREATE FUNCTION new_id(ids regclass, shard bigint) RETURNS bigint LANGUAGE sql"
        " AS $$ SELECT nextval(ids) * 1024 + shard $$;\n"
        "CREATE FUNCTION url_key(url text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
        " AS $$ SELECT sha256(convert_to(url, 'UTF8')) $$;\n"

        "CREATE TABLE facts (\n"
        "  name " TEXT " PRIMARY KEY,\n"
        "  value " TEXT " NOT NULL\n"
        ");\n"

        ID("source_ids") "CREATE TABLE sources (\n"
                         "  id bigint PRIMARY KEY,\n"
                         "  key " TEXT " NOT NULL UNIQUE,\n"
                         "  name " TEXT " NOT NULL DEFAULT '',\n"
                         "  site " TEXT " NOT NULL UNIQUE,\n"
                         "  added bigint\n"
                         ");\n"

        ID("article_ids") "CREATE TABLE articles (\n"
                          "  shard bigint NOT NULL,\n"
                          "  id bigint NOT NULL,\n"
                          "  source bigint NOT NULL,\n"
                          "  url " TEXT " NOT NULL,\n"
                          "  added bigint,\n"
                          "  PRIMARY KEY (shard, id)\n"
                          ");\n"
                          "CREATE INDEX articles_by_id ON articles (id);\n"
                          "CREATE UNIQUE INDEX articles_by_url ON articles (url_key(url), shard);\n"
                          "CREATE INDEX articles_by_source ON articles (source, id);\n"

                          "CREATE TABLE addresses (\n"
                          "  shard bigint NOT NULL,\n"
                          "  url " TEXT " NOT NULL,\n"
                          "  article bigint NOT NULL,\n"
                          "  added bigint,\n"
                          "  why " TEXT ",\n"
                          "  check_id bigint\n"
                          ");\n"
                          "CREATE UNIQUE INDEX addresses_by_url ON addresses (shard, url_key(url));\n"
                          "CREATE INDEX addresses_by_key ON addresses (url_key(url));\n"
                          "CREATE INDEX addresses_by_article ON addresses (article);\n"

        ID("pack_ids") "CREATE TABLE packs (\n"
                       "  shard bigint NOT NULL,\n"
                       "  id bigint NOT NULL,\n"
                       "  source bigint NOT NULL,\n"
                       "  what " TEXT " NOT NULL,\n"
                       "  level bigint NOT NULL,\n"
                       "  size bigint NOT NULL,\n"
                       "  packed bytea NOT NULL,\n"
                       "  PRIMARY KEY (shard, id)\n"
                       ");\n"
                       "ALTER TABLE packs ALTER packed SET STORAGE EXTERNAL;\n" /* it is compressed already */
                       "CREATE INDEX packs_by_source ON packs (source, what, size);\n"
                       "CREATE INDEX packs_by_level ON packs (level, size);\n"

        ID("blob_ids") "CREATE TABLE blobs (\n"
                       "  shard bigint NOT NULL,\n"
                       "  id bigint NOT NULL,\n"
                       "  sha256 bytea NOT NULL CHECK (length(sha256) = 32),\n"
                       "  size bigint NOT NULL,\n"
                       "  base bigint,\n"
                       "  depth bigint NOT NULL CHECK ((depth = 0) = (base IS NULL)),\n"
                       "  packed bytea NOT NULL,\n"
                       "  target bigint,\n"
                       "  added bigint,\n"
                       "  pack bigint,\n"
                       "  place bigint,\n"
                       "  PRIMARY KEY (shard, id)\n"
                       ");\n"
                       "ALTER TABLE blobs ALTER packed SET STORAGE EXTERNAL;\n"
                       "CREATE UNIQUE INDEX blobs_by_hash ON blobs (sha256, shard);\n"
                       "CREATE INDEX blobs_loose ON blobs (target, id, added, size) WHERE pack IS NULL;\n"
                       "CREATE INDEX blobs_by_pack ON blobs (pack) WHERE pack IS NOT NULL;\n"

        ID("target_ids") "CREATE TABLE targets (\n"
                         "  shard bigint NOT NULL,\n"
                         "  id bigint NOT NULL,\n"
                         "  kind " TEXT " NOT NULL,\n"
                         "  state " TEXT " NOT NULL,\n"
                         "  source bigint NOT NULL,\n"
                         "  article bigint,\n"
                         "  found_by bigint,\n"
                         "  url " TEXT " NOT NULL,\n"
                         "  origin " TEXT " NOT NULL,\n"
                         "  label " TEXT ",\n"
                         "  filter " TEXT ",\n"
                         "  added bigint,\n"
                         "  due bigint,\n"
                         "  leased_due bigint,\n"
                         "  period bigint NOT NULL,\n"
                         "  last_check bigint,\n"
                         "  last_change bigint,\n"
                         "  failures bigint NOT NULL,\n"
                         "  etag " TEXT ",\n"
                         "  last_modified " TEXT ",\n"
                         "  last_outcome " TEXT ",\n"
                         "  last_blob bigint,\n"
                         "  published bigint,\n"
                         "  listed bigint NOT NULL DEFAULT 0,\n"
                         "  live bigint NOT NULL DEFAULT 0,\n"
                         "  ttl bigint NOT NULL DEFAULT 0,\n"
                         "  skips bigint NOT NULL DEFAULT 0,\n"
                         "  PRIMARY KEY (shard, id)\n"
                         ") WITH (fillfactor = 80);\n"
                         "CREATE UNIQUE INDEX targets_by_url ON targets (url_key(url), shard);\n"
                         "CREATE INDEX targets_due ON targets (due) WHERE due IS NOT NULL;\n"
                         "CREATE INDEX targets_due_by_origin ON targets (origin, due) WHERE due IS NOT NULL;\n"
                         "CREATE INDEX targets_by_source ON targets (source, id);\n"
                         "CREATE INDEX targets_by_article ON targets (article) WHERE article IS NOT NULL;\n"
                         "CREATE INDEX targets_watched ON targets (source) WHERE kind <> 'article' OR found_by IS "
                         "NULL;\n"

                         "CREATE TABLE robots (\n"
                         "  shard bigint NOT NULL,\n"
                         "  origin " TEXT " NOT NULL,\n"
                         "  fetched bigint,\n"
                         "  expires bigint,\n"
                         "  reachable bigint NOT NULL,\n"
                         "  rules bytea NOT NULL,\n"
                         "  PRIMARY KEY (shard, origin)\n"
                         ");\n"

                         "CREATE TABLE names (\n"
                         "  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,\n"
                         "  name " TEXT " NOT NULL\n"
                         ");\n"
                         "CREATE UNIQUE INDEX names_by_name ON names (url_key(name));\n"

        ID("check_ids") "CREATE TABLE checks (\n"
                        "  shard bigint NOT NULL,\n"
                        "  id bigint NOT NULL,\n"
                        "  target bigint NOT NULL,\n"
                        "  at bigint,\n"
                        "  wall_ms bigint NOT NULL,\n"
                        "  outcome bigint,\n"
                        "  failed bigint NOT NULL,\n"
                        "  status bigint NOT NULL,\n"
                        "  url " TEXT ",\n"
                        "  read_as bigint,\n"
                        "  content_type bigint,\n"
                        "  detail " TEXT ",\n"
                        "  origin bigint,\n"
                        "  body bigint,\n"
                        "  headers bigint,\n"
                        "  bytes bigint NOT NULL,\n"
                        "  PRIMARY KEY (shard, id)\n"
                        ");\n"
                        "CREATE INDEX checks_by_target ON checks (target, at NULLS FIRST, id, body);\n"
                        "CREATE INDEX checks_by_time ON checks (at NULLS FIRST, id, outcome);\n"
                        "CREATE INDEX checks_failed ON checks (at NULLS FIRST, id) WHERE failed = 1;\n"
                        "CREATE INDEX checks_with_headers ON checks (target, headers) WHERE headers IS NOT NULL;\n"

                        "CREATE TABLE removals (\n"
                        "  shard bigint NOT NULL,\n"
                        "  article bigint NOT NULL,\n"
                        "  since bigint NOT NULL,\n"
                        "  before bigint,\n"
                        "  outcome " TEXT " NOT NULL,\n"
                        "  checks bigint NOT NULL,\n"
                        "  confirmed bigint,\n"
                        "  back bigint,\n"
                        "  PRIMARY KEY (shard, article, since)\n"
                        ");\n"
                        "CREATE INDEX removals_confirmed ON removals (confirmed) WHERE confirmed IS NOT NULL;\n"
                        "CREATE INDEX removals_back ON removals (back) WHERE confirmed IS NOT NULL AND back IS NOT "
                        "NULL;\n"

                        "CREATE TABLE traffic (\n"
                        "  shard bigint NOT NULL,\n"
                        "  source bigint NOT NULL,\n"
                        "  day bigint NOT NULL,\n"
                        "  origin " TEXT " NOT NULL,\n"
                        "  requests bigint NOT NULL,\n"
                        "  not_modified bigint NOT NULL,\n"
                        "  failed bigint NOT NULL,\n"
                        "  bytes bigint NOT NULL,\n"
                        "  PRIMARY KEY (shard, source, day, origin)\n"
                        ");\n"
                        "CREATE INDEX traffic_by_source ON traffic (source, day);\n"
                        "CREATE INDEX traffic_by_origin ON traffic (origin, day);\n"

                        "CREATE TABLE hazards (\n"
                        "  shard bigint NOT NULL,\n"
                        "  source bigint NOT NULL,\n"
                        "  model bytea NOT NULL,\n"
                        "  updated bigint,\n"
                        "  PRIMARY KEY (shard, source)\n"
                        ");\n"

                        "CREATE TABLE hubs (\n"
                        "  shard bigint NOT NULL,\n"
                        "  target bigint NOT NULL,\n"
                        "  hub " TEXT " NOT NULL,\n"
                        "  topic " TEXT " NOT NULL,\n"
                        "  secret " TEXT " NOT NULL,\n"
                        "  asked bigint,\n"
                        "  until bigint,\n"
                        "  heard bigint,\n"
                        "  PRIMARY KEY (shard, target)\n"
                        ");\n"
                        "CREATE UNIQUE INDEX hubs_by_secret ON hubs (secret, shard);\n"

                        "CREATE TABLE hosts (\n"
                        "  shard bigint NOT NULL,\n"
                        "  origin " TEXT " NOT NULL,\n"
                        "  epoch bigint NOT NULL DEFAULT 0,\n"
                        "  leased_by " TEXT ",\n"
                        "  leased_until bigint NOT NULL DEFAULT 0,\n"
                        "  pause_until bigint NOT NULL DEFAULT 0,\n"
                        "  wait_until bigint NOT NULL DEFAULT 0,\n"
                        "  refusals bigint NOT NULL DEFAULT 0,\n"
                        "  PRIMARY KEY (shard, origin)\n"
                        ") WITH (fillfactor = 70);\n"
                        "CREATE INDEX hosts_by_origin ON hosts (origin);\n"
                        "CREATE INDEX hosts_leased ON hosts (leased_by, origin) WHERE leased_by IS NOT NULL;\n"

                        "CREATE TABLE takedowns (\n"
                        "  article bigint NOT NULL,\n"
                        "  kind " TEXT " NOT NULL,\n"
                        "  since bigint NOT NULL,\n"
                        "  until bigint,\n"
                        "  reason " TEXT " NOT NULL,\n"
                        "  PRIMARY KEY (article, kind, since)\n"
                        ");\n"

                        "CREATE TABLE claims (\n"
                        "  shard bigint NOT NULL,\n"
                        "  source bigint NOT NULL,\n"
                        "  url " TEXT " NOT NULL,\n"
                        "  article bigint NOT NULL,\n"
                        "  check_id bigint\n"
                        ");\n"
                        "CREATE UNIQUE INDEX claims_by_url ON claims (shard, source, url_key(url), article);\n"
                        "CREATE INDEX claims_by_article ON claims (article);\n";

const char schema_pg_derived[] =
        "CREATE TABLE newest (\n"
        "  shard bigint NOT NULL,\n"
        "  article bigint NOT NULL,\n"
        "  source bigint NOT NULL,\n"
        "  versions bigint NOT NULL,\n"
        "  title " TEXT " NOT NULL,\n"
        "  language " TEXT " NOT NULL,\n"
        "  published bigint,\n"
        "  first_seen bigint,\n"
        "  changed bigint,\n"
        "  flips bigint NOT NULL DEFAULT 0,\n"
        "  traits bytea,\n"
        "  PRIMARY KEY (shard, article)\n"
        ") WITH (fillfactor = 80);\n"
        "CREATE INDEX newest_by_article ON newest (article);\n"
        "CREATE INDEX newest_changed ON newest (article) WHERE versions > 1;\n"
        "CREATE INDEX newest_changed_by_source ON newest (source, article) WHERE versions > 1;\n"

        "CREATE TABLE versions (\n"
        "  shard bigint NOT NULL,\n"
        "  article bigint NOT NULL,\n"
        "  number bigint NOT NULL,\n"
        "  check_id bigint,\n"
        "  part bigint NOT NULL,\n"
        "  first_seen bigint,\n"
        "  before bigint,\n"
        "  later bigint,\n"
        "  identity bytea NOT NULL CHECK (length(identity) = 32),\n"
        "  title " TEXT " NOT NULL,\n"
        "  bylines " TEXT " NOT NULL,\n"
        "  published bigint,\n"
        "  modified bigint,\n"
        "  words bigint NOT NULL,\n"
        "  remade bigint,\n"
        "  PRIMARY KEY (shard, article, number),\n"
        "  UNIQUE (shard, article, identity)\n"
        ");\n"

        "CREATE TABLE texts (\n"
        "  shard bigint NOT NULL,\n"
        "  article bigint NOT NULL,\n"
        "  number bigint NOT NULL,\n"
        "  depth bigint NOT NULL,\n"
        "  size bigint NOT NULL,\n"
        "  hash bigint NOT NULL,\n"
        "  packed bytea NOT NULL,\n"
        "  pack bigint,\n"
        "  place bigint,\n"
        "  PRIMARY KEY (shard, article, number)\n"
        ");\n"
        "ALTER TABLE texts ALTER packed SET STORAGE EXTERNAL;\n"
        "CREATE INDEX texts_loose ON texts (article, number, size) WHERE pack IS NULL;\n"
        "CREATE INDEX texts_by_pack ON texts (pack) WHERE pack IS NOT NULL;\n"

        "CREATE TABLE sightings (\n"
        "  shard bigint NOT NULL,\n"
        "  article bigint NOT NULL,\n"
        "  run bigint NOT NULL,\n"
        "  number bigint NOT NULL,\n"
        "  first bigint,\n"
        "  last bigint,\n"
        "  PRIMARY KEY (shard, article, run)\n"
        ") WITH (fillfactor = 80);\n"

        "CREATE TABLE changes (\n"
        "  shard bigint NOT NULL,\n"
        "  article bigint NOT NULL,\n"
        "  number bigint NOT NULL CHECK (number > 0),\n"
        "  source bigint NOT NULL,\n"
        "  first_seen bigint,\n"
        "  words_added bigint NOT NULL,\n"
        "  words_removed bigint NOT NULL,\n"
        "  edited bigint NOT NULL,\n"
        "  added bigint NOT NULL,\n"
        "  removed bigint NOT NULL,\n"
        "  moved bigint NOT NULL,\n"
        "  title_changed bigint NOT NULL,\n"
        "  kinds bigint NOT NULL,\n"
        "  natures bigint NOT NULL,\n"
        "  weight bigint NOT NULL,\n"
        "  method bigint NOT NULL,\n"
        "  remade bigint,\n"
        "  PRIMARY KEY (shard, article, number)\n"
        ");\n"
        "CREATE INDEX changes_by_time ON changes (first_seen, article, number, weight, kinds);\n"
        "CREATE INDEX changes_by_source ON changes (source, first_seen, article, number, weight, kinds);\n"
        "CREATE INDEX changes_by_article ON changes (article, number);\n"

        ID("tally_ids") "CREATE TABLE tallies (\n"
                        "  shard bigint NOT NULL,\n"
                        "  id bigint NOT NULL DEFAULT nextval('tally_ids'),\n"
                        "  source bigint NOT NULL,\n"
                        "  what " TEXT " NOT NULL,\n"
                        "  n bigint NOT NULL,\n"
                        "  PRIMARY KEY (shard, id)\n"
                        ");\n"
                        "CREATE INDEX tallies_by_source ON tallies (source, what, n);\n";

const char schema_pg_learned[] =
        ID("furniture_ids") "CREATE TABLE furniture (\n"
                            "  shard bigint NOT NULL,\n"
                            "  id bigint NOT NULL,\n"
                            "  source bigint NOT NULL,\n"
                            "  rule " TEXT " NOT NULL,\n"
                            "  hash bigint NOT NULL,\n"
                            "  sample " TEXT " NOT NULL,\n"
                            "  articles bigint NOT NULL,\n"
                            "  of bigint NOT NULL,\n"
                            "  strong bigint NOT NULL,\n"
                            "  first bigint,\n"
                            "  last bigint,\n"
                            "  since bigint,\n"
                            "  left_out bigint,\n"
                            "  verdict " TEXT ",\n"
                            "  PRIMARY KEY (shard, id),\n"
                            "  UNIQUE (shard, source, rule, hash)\n"
                            ");\n"
                            "CREATE INDEX furniture_in_force ON furniture (source) WHERE since IS NOT NULL;\n"
                            "CREATE TABLE lessons (\n"
                            "  shard bigint NOT NULL,\n"
                            "  source bigint NOT NULL,\n"
                            "  number bigint NOT NULL,\n"
                            "  article bigint NOT NULL,\n"
                            "  evidence bytea NOT NULL,\n"
                            "  PRIMARY KEY (shard, source, number)\n"
                            ");\n"
                            "CREATE UNIQUE INDEX lessons_by_article ON lessons (article, shard);\n"
                            "CREATE TABLE left_out (\n"
                            "  shard bigint NOT NULL,\n"
                            "  check_id bigint NOT NULL,\n"
                            "  blocks " TEXT " NOT NULL,\n"
                            "  PRIMARY KEY (shard, check_id)\n"
                            ");\n";

/* See find_pg.c. */
const char schema_pg_search[] =
        "CREATE TABLE search_forms (\n"
        "  shard bigint NOT NULL,\n"
        "  article bigint NOT NULL,\n"
        "  number bigint NOT NULL,\n"
        "  size bigint NOT NULL,\n"
        "  form " TEXT " NOT NULL,\n"
        "  stems " TEXT " NOT NULL,\n"
        "  words tsvector NOT NULL,\n"
        "  PRIMARY KEY (shard, article, number)\n"
        ");\n"
        "CREATE INDEX search_newest ON search_forms (article, size) WHERE number = 0;\n"
        "CREATE INDEX search_words ON search_forms USING gin (words) WHERE number = 0;\n"
        "CREATE INDEX search_words_of_changes ON search_forms USING gin (words) WHERE number > 0;\n"
        "INSERT INTO facts (name, value) VALUES ('search method', '" SEARCH_METHOD "');\n";

/* ---- tallies ---------------------------------------------------------------- */

#define COUNTS_AS(row)                                                                                                 \
	"CASE WHEN " row ".kind = 'article' THEN " row ".state"                                                        \
	" WHEN " row ".kind IN ('feed', 'section') AND " row ".state = 'checked' THEN 'feeds'"                         \
	" ELSE 'other' END"
#define ADD(row, source, what, n)                                                                                      \
	"  INSERT INTO tallies (shard, source, what, n) VALUES (" row ".shard, " source ", " what ", " n ");\n"
#define TRIGGER(name, event, condition, body)                                                                          \
	"CREATE FUNCTION " name "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n" body "  RETURN NULL;\nEND $$;\n"   \
	"CREATE TRIGGER " name " AFTER " event " FOR EACH ROW " condition " EXECUTE FUNCTION " name "();\n"
#define EMPTY_PACK(table)                                                                                              \
	"  DELETE FROM packs WHERE id = old.pack AND shard = shard_of(old.pack)"                                       \
	" AND NOT EXISTS (SELECT 1 FROM " table " WHERE pack = old.pack);\n"
#define LENGTH_MOVED "length(new.packed) - length(old.packed)"

/* clang-format off */
const char schema_pg_triggers[] =
	TRIGGER("host_of_target", "INSERT ON targets", "",
		"  INSERT INTO hosts (shard, origin) VALUES (new.shard, new.origin) ON CONFLICT DO NOTHING;\n")
	TRIGGER("tally_article", "INSERT ON articles", "",
		ADD("new", "new.source", "'articles'", "1"))
	TRIGGER("tally_target", "INSERT ON targets", "",
		ADD("new", "new.source", COUNTS_AS("new"), "1"))
	TRIGGER("tally_target_moved", "UPDATE OF kind, state ON targets",
		"WHEN (old.kind <> new.kind OR old.state <> new.state)",
		ADD("old", "old.source", COUNTS_AS("old"), "-1") ADD("new", "new.source", COUNTS_AS("new"), "1"))
	TRIGGER("tally_versions", "INSERT ON newest", "",
		ADD("new", "new.source", "'versions'", "new.versions"))
	TRIGGER("tally_versions_more", "UPDATE OF versions ON newest", "",
		ADD("new", "new.source", "'versions'", "new.versions - old.versions"))
	TRIGGER("tally_versions_gone", "DELETE ON newest", "",
		ADD("old", "old.source", "'versions'", "-old.versions"))
	TRIGGER("tally_change", "INSERT ON changes", "",
		ADD("new", "new.source", "'changes'", "1"))
	TRIGGER("tally_change_gone", "DELETE ON changes", "",
		ADD("old", "old.source", "'changes'", "-1"))
	TRIGGER("tally_check", "INSERT ON checks", "",
		ADD("new", "0", "'checks'", "1"))
	TRIGGER("tally_blob", "INSERT ON blobs", "",
		ADD("new", "0", "'blob bytes'", "new.size") ADD("new", "0", "'packed bytes'", "length(new.packed)"))
	TRIGGER("tally_blob_gone", "DELETE ON blobs", "",
		ADD("old", "0", "'blob bytes'", "-old.size") ADD("old", "0", "'packed bytes'", "-length(old.packed)"))
	TRIGGER("tally_blob_moved", "UPDATE OF packed ON blobs", "",
		ADD("new", "0", "'packed bytes'", LENGTH_MOVED))
	TRIGGER("tally_pack", "INSERT ON packs", "WHEN (new.what = 'pages')",
		ADD("new", "0", "'packed bytes'", "length(new.packed)"))
	TRIGGER("tally_pack_again", "UPDATE OF packed ON packs", "WHEN (new.what = 'pages')",
		ADD("new", "0", "'packed bytes'", LENGTH_MOVED))
	TRIGGER("tally_pack_gone", "DELETE ON packs", "WHEN (old.what = 'pages')",
		ADD("old", "0", "'packed bytes'", "-length(old.packed)"))
	TRIGGER("blob_left_pack", "UPDATE OF pack ON blobs", "WHEN (old.pack IS NOT NULL)", EMPTY_PACK("blobs"))
	TRIGGER("blob_gone", "DELETE ON blobs", "WHEN (old.pack IS NOT NULL)", EMPTY_PACK("blobs"))
	TRIGGER("text_left_pack", "UPDATE OF pack ON texts", "WHEN (old.pack IS NOT NULL)", EMPTY_PACK("texts"))
	TRIGGER("text_gone", "DELETE ON texts", "WHEN (old.pack IS NOT NULL)", EMPTY_PACK("texts"));
/* clang-format on */

/* What the tallies should say is counted by schema_tallies_wrong, in schema_sqlite.c. */
const char schema_pg_tallies_gather[] =
        "WITH many AS (SELECT shard, source, what FROM tallies GROUP BY shard, source, what HAVING count(*) > 8),"
        " mine AS MATERIALIZED (SELECT t.shard, t.id FROM tallies t JOIN many USING (shard, source, what)"
        " FOR UPDATE OF t SKIP LOCKED),"
        " gone AS (DELETE FROM tallies t USING mine m WHERE t.shard = m.shard AND t.id = m.id"
        " RETURNING t.shard, t.source, t.what, t.n)"
        " INSERT INTO tallies (shard, source, what, n) SELECT shard, source, what, sum(n) FROM gone"
        " GROUP BY shard, source, what";
