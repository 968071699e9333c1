CREATE TABLE "audit_entries" (
	"position" bigint PRIMARY KEY NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"noun" text NOT NULL,
	"subject_id" text NOT NULL,
	"action" text NOT NULL,
	"language" text,
	"detail" jsonb NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "change_clock" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"position" bigint NOT NULL,
	"trimmed" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "change_clock_singleton_check" CHECK (singleton)
);
--> statement-breakpoint
CREATE TABLE "change_readers" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"read_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "change_snapshots" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"caller" text NOT NULL,
	"key" text NOT NULL,
	"digest" text NOT NULL,
	"status" smallint,
	"headers" jsonb,
	"answer" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_caller_key_pk" PRIMARY KEY("caller","key")
);
--> statement-breakpoint
CREATE TABLE "correction_texts" (
	"correction_id" uuid NOT NULL,
	"language" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "correction_texts_correction_id_language_pk" PRIMARY KEY("correction_id","language")
);
--> statement-breakpoint
CREATE TABLE "corrections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"article_id" uuid NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "release_editions" (
	"release_id" uuid NOT NULL,
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	CONSTRAINT "release_editions_release_id_article_id_language_pk" PRIMARY KEY("release_id","article_id","language")
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"publish_at" timestamp(3) with time zone,
	"published_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "releases_state_check" CHECK ("state" in ('open', 'scheduled', 'published')),
	CONSTRAINT "releases_published_check" CHECK ((state = 'published') = (published_at is not null))
);
--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "changes_language_languages_tag_fk";
--> statement-breakpoint
DROP INDEX "changes_transaction_idx";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "changes_pkey";--> statement-breakpoint
ALTER TABLE "changes" ALTER COLUMN "position" DROP DEFAULT;--> statement-breakpoint
DROP SEQUENCE "changes_position_seq";--> statement-breakpoint
DELETE FROM "changes" older USING "changes" newer WHERE older.position < newer.position AND older.transaction = newer.transaction AND older.noun = newer.noun
	AND older.subject_id = newer.subject_id AND older.action = newer.action AND older.language IS NOT DISTINCT FROM newer.language;--> statement-breakpoint
ALTER TABLE "changes" ALTER COLUMN "position" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "changes" ALTER COLUMN "position" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "changes" ALTER COLUMN "at" SET DEFAULT clock_timestamp();--> statement-breakpoint
ALTER TABLE "editions" ADD COLUMN "stale_since" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "editions" ADD COLUMN "draft_stale_blocks" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "editions" ADD COLUMN "head" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "seo_title" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "seo_description" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "method" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "engine" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "translator" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "reviewer" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "translated_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "of_language" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "of_revision" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "id" bigserial PRIMARY KEY NOT NULL;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "actor" text DEFAULT coalesce(nullif(current_setting('broadsheet.actor', true), ''), 'database:' || session_user) NOT NULL;--> statement-breakpoint
ALTER TABLE "correction_texts" ADD CONSTRAINT "correction_texts_correction_id_corrections_id_fk" FOREIGN KEY ("correction_id") REFERENCES "public"."corrections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_texts" ADD CONSTRAINT "correction_texts_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "corrections" ADD CONSTRAINT "corrections_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_editions" ADD CONSTRAINT "release_editions_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_editions" ADD CONSTRAINT "release_editions_edition_fk" FOREIGN KEY ("article_id","language") REFERENCES "public"."editions"("article_id","language") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_subject_idx" ON "audit_entries" USING btree ("noun","subject_id","position");--> statement-breakpoint
CREATE INDEX "audit_actor_idx" ON "audit_entries" USING btree ("actor","position");--> statement-breakpoint
CREATE INDEX "idempotency_created_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "corrections_article_idx" ON "corrections" USING btree ("article_id","at");--> statement-breakpoint
CREATE INDEX "release_editions_edition_idx" ON "release_editions" USING btree ("article_id","language");--> statement-breakpoint
CREATE INDEX "editions_stale_idx" ON "editions" USING btree ("language","stale_since","article_id") WHERE stale_since is not null;--> statement-breakpoint
CREATE INDEX "editions_state_idx" ON "editions" USING btree ("state","updated_at","article_id");--> statement-breakpoint
CREATE INDEX "changes_waiting_idx" ON "changes" USING btree ("id") WHERE position is null;--> statement-breakpoint
CREATE INDEX "changes_subject_idx" ON "changes" USING btree ("noun","subject_id","position");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_position_key" UNIQUE("position");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_once_key" UNIQUE NULLS NOT DISTINCT("transaction","noun","subject_id","action","language");--> statement-breakpoint
UPDATE "editions" SET head = revision, stale_since = CASE WHEN cardinality(stale_blocks) > 0 THEN now() END;--> statement-breakpoint
UPDATE "revisions" r SET method = e.method, engine = e.engine, translator = e.translator, reviewer = e.reviewer, translated_at = e.translated_at,
	of_language = e.of_language, of_revision = e.of_revision, seo_title = e.seo_title, seo_description = e.seo_description
	FROM "editions" e WHERE e.article_id = r.article_id AND e.language = r.language;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_head_check" CHECK (head >= revision and (state = 'published' or head = revision));--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_method_check" CHECK ("method" in ('original', 'human', 'machine', 'machineReviewed'));--> statement-breakpoint
-- The change log. It is written by triggers, so that no route, import or hand at psql can forget it.
CREATE FUNCTION cache_group(noun text, id uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT noun || '-' || substr(id::text, 20) $$;--> statement-breakpoint
INSERT INTO change_clock (position) SELECT coalesce(max(position), 0) FROM changes;--> statement-breakpoint
-- Gives committed entries their position, in the order they were written, and wakes the readers. The clock's row is the lock: who numbers next sees what
-- was numbered before, so no later number is ever visible without the earlier ones, whatever the order transactions commit in. At most 5000 at once:
-- after a large import one statement for all would be longer than statements may take. The index of what waits is always the way: after an import the
-- planner believes that half the log waits, and reads all of it (29 ms instead of 0.5 at 200,000 entries).
CREATE FUNCTION number_changes() RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE last bigint; given bigint;
BEGIN
  IF (SELECT id FROM changes WHERE position IS NULL ORDER BY id LIMIT 1) IS NULL THEN RETURN (SELECT position FROM change_clock); END IF;
  SELECT position INTO last FROM change_clock FOR UPDATE;
  WITH waiting AS (SELECT id, row_number() OVER (ORDER BY id) AS number FROM (SELECT id FROM changes WHERE position IS NULL ORDER BY id LIMIT 5000) w),
    numbered AS (UPDATE changes c SET position = last + w.number FROM waiting w WHERE c.id = w.id RETURNING 1)
  SELECT count(*) INTO given FROM numbered;
  IF given > 0 THEN
    UPDATE change_clock SET position = last + given;
    PERFORM pg_notify('broadsheet_changes', (last + given)::text);
  END IF;
  RETURN last + given;
END $$;--> statement-breakpoint
-- What a statement did to a noun's own table. Arguments: noun, columns of the key, subject, language, cache groups (expressions on the row r).
CREATE FUNCTION log_noun() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  rows text := CASE tg_op WHEN 'DELETE' THEN 'before_rows' ELSE 'after_rows' END;
  action text := CASE tg_op WHEN 'INSERT' THEN 'created' WHEN 'DELETE' THEN 'deleted' ELSE 'updated' END;
  difference text := CASE tg_op WHEN 'UPDATE' THEN format(' JOIN before_rows b USING (%s) CROSS JOIN LATERAL changed_members(to_jsonb(b), to_jsonb(r)) d', tg_argv[1])
    ELSE ' CROSS JOIN (SELECT ''{}''::text[]) d (members)' END;
  -- What has moved from one answer to another changes both.
  places text := CASE tg_op WHEN 'UPDATE' THEN format('%1$s || ARRAY(SELECT unnest(p.groups) FROM (SELECT %1$s AS groups FROM (SELECT b.*) r) p EXCEPT SELECT unnest(%1$s))',
    tg_argv[4]) ELSE tg_argv[4] END;
BEGIN
  EXECUTE format($q$
    INSERT INTO changes (noun, subject_id, action, language, groups, detail)
    SELECT %1$L, %2$s, %3$L, %4$s, array_remove(%5$s, NULL), CASE WHEN d.members <> '{}' THEN jsonb_build_object('changed', d.members) ELSE '{}' END
    FROM %6$I r %7$s WHERE %3$L <> 'updated' OR d.members <> '{}'
    ON CONFLICT (transaction, noun, subject_id, action, language) DO UPDATE SET
      groups = ARRAY(SELECT DISTINCT g FROM unnest(changes.groups || excluded.groups) g ORDER BY g),
      detail = merged_detail(changes.detail, excluded.detail)$q$,
    tg_argv[0], tg_argv[2], action, tg_argv[3], places, rows, difference);
  RETURN NULL;
END $$;--> statement-breakpoint
-- The members two states of a row differ in; its stamps say nothing.
CREATE FUNCTION changed_members(before jsonb, after jsonb) RETURNS TABLE (members text[]) LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(a.key ORDER BY a.key), '{}') FROM jsonb_each(after) a JOIN jsonb_each(before) b USING (key)
  WHERE a.value IS DISTINCT FROM b.value AND a.key NOT IN ('version', 'updated_at', 'last_used_at') $$;--> statement-breakpoint
CREATE FUNCTION merged_detail(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT one || other || CASE WHEN one ? 'changed' AND other ? 'changed' THEN jsonb_build_object('changed',
    (SELECT jsonb_agg(DISTINCT m ORDER BY m) FROM jsonb_array_elements(one -> 'changed' || (other -> 'changed')) m)) ELSE '{}' END $$;--> statement-breakpoint
-- What a statement did to the rows a noun owns elsewhere: an update of the noun, unless it was itself made or removed in this transaction.
-- Arguments: noun, column of the owner, the owner's table, cache groups.
CREATE FUNCTION log_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  rows text := CASE tg_op WHEN 'DELETE' THEN 'before_rows' ELSE 'after_rows' END;
  same text := CASE tg_op WHEN 'UPDATE' THEN ' WHERE NOT EXISTS (SELECT 1 FROM before_rows b WHERE b = r)' ELSE '' END;
BEGIN
  EXECUTE format($q$
    INSERT INTO changes (noun, subject_id, action, groups, detail)
    SELECT %1$L, r.%2$I, 'updated', array_remove(%4$s, NULL), jsonb_build_object('changed', array[%6$L])
    FROM (SELECT DISTINCT r.%2$I FROM %5$I r %7$s) r JOIN %3$I o ON o.id = r.%2$I
    WHERE NOT EXISTS (SELECT 1 FROM changes c WHERE c.transaction = pg_current_xact_id() AND c.noun = %1$L
      AND c.subject_id = r.%2$I::text AND c.action = 'created')
    ON CONFLICT (transaction, noun, subject_id, action, language) DO UPDATE SET
      groups = ARRAY(SELECT DISTINCT g FROM unnest(changes.groups || excluded.groups) g ORDER BY g),
      detail = merged_detail(changes.detail, excluded.detail)$q$,
    tg_argv[0], tg_argv[1], tg_argv[2], tg_argv[3], rows, tg_table_name, same);
  RETURN NULL;
END $$;--> statement-breakpoint
-- Editions: a change of state is told by its own name. Caches are named only where readers could see a difference: not for a draft, nor a newer draft of a live one.
CREATE FUNCTION log_editions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    INSERT INTO changes (noun, subject_id, action, language, groups, detail)
    SELECT 'edition', r.article_id, CASE r.state WHEN 'published' THEN 'published' ELSE 'created' END, r.language,
      CASE WHEN r.state IN ('published', 'withdrawn') THEN array['articles', cache_group('article', r.article_id)] ELSE '{}' END,
      jsonb_build_object('to', r.state, 'revision', r.revision)
    FROM after_rows r ON CONFLICT DO NOTHING;
  ELSIF tg_op = 'DELETE' THEN
    INSERT INTO changes (noun, subject_id, action, language, groups, detail)
    SELECT 'edition', r.article_id, 'deleted', r.language,
      CASE WHEN r.state IN ('published', 'withdrawn') THEN array['articles', cache_group('article', r.article_id)] ELSE '{}' END,
      jsonb_build_object('from', r.state)
    FROM before_rows r ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO changes (noun, subject_id, action, language, groups, detail)
    SELECT 'edition', r.article_id,
      CASE WHEN r.state = b.state THEN 'updated' ELSE
        CASE r.state WHEN 'draft' THEN CASE b.state WHEN 'published' THEN 'unpublished' ELSE 'reopened' END WHEN 'review' THEN 'submitted' ELSE r.state END END,
      r.language,
      CASE WHEN (r.state IN ('published', 'withdrawn') OR b.state IN ('published', 'withdrawn')) AND NOT d.members <@ '{head,draft_stale_blocks,stale_since}'
        THEN array['articles', cache_group('article', r.article_id)] ELSE '{}' END,
      jsonb_build_object('changed', d.members, 'revision', r.head) || CASE WHEN r.state <> b.state THEN jsonb_build_object('from', b.state, 'to', r.state) ELSE '{}' END
    FROM after_rows r JOIN before_rows b USING (article_id, language)
    CROSS JOIN LATERAL changed_members(to_jsonb(b), to_jsonb(r)) d WHERE d.members <> '{}'
    ON CONFLICT (transaction, noun, subject_id, action, language) DO UPDATE SET
      groups = ARRAY(SELECT DISTINCT g FROM unnest(changes.groups || excluded.groups) g ORDER BY g),
      detail = merged_detail(changes.detail, excluded.detail);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON languages REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('language', 'tag', 'r.tag', 'r.tag', 'array[''languages'', ''everything'', ''language-'' || r.tag]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON languages REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('language', 'tag', 'r.tag', 'r.tag', 'array[''languages'', ''everything'', ''language-'' || r.tag]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON languages REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('language', 'tag', 'r.tag', 'r.tag', 'array[''languages'', ''everything'', ''language-'' || r.tag]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON sources REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('source', 'id', 'r.id', 'null', 'array[''sources'', cache_group(''source'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON sources REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('source', 'id', 'r.id', 'null', 'array[''sources'', cache_group(''source'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON sources REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('source', 'id', 'r.id', 'null', 'array[''sources'', cache_group(''source'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON authors REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('author', 'id', 'r.id', 'null', 'array[''authors'', cache_group(''author'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON authors REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('author', 'id', 'r.id', 'null', 'array[''authors'', cache_group(''author'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON authors REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('author', 'id', 'r.id', 'null', 'array[''authors'', cache_group(''author'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON categories REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('category', 'id', 'r.id', 'null', 'array[''categories'', ''articles'', cache_group(''category'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON categories REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('category', 'id', 'r.id', 'null', 'array[''categories'', ''articles'', cache_group(''category'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON categories REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('category', 'id', 'r.id', 'null', 'array[''categories'', ''articles'', cache_group(''category'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON topics REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('topic', 'id', 'r.id', 'null', 'array[''topics'', cache_group(''topic'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON topics REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('topic', 'id', 'r.id', 'null', 'array[''topics'', cache_group(''topic'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON topics REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('topic', 'id', 'r.id', 'null', 'array[''topics'', cache_group(''topic'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON images REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('image', 'id', 'r.id', 'null', 'array[''images'', cache_group(''image'', r.id)]');--> statement-breakpoint
-- An article shows its source with the logo, and says so by the source.
CREATE TRIGGER zz_log_update AFTER UPDATE ON images REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('image', 'id', 'r.id', 'null', 'array[''images'', cache_group(''image'', r.id)] || ARRAY(SELECT cache_group(''source'', s.id) FROM sources s WHERE s.logo_id = r.id)');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON images REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('image', 'id', 'r.id', 'null', 'array[''images'', cache_group(''image'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON captions REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('caption', 'id', 'r.id', 'r.language', 'array[''captions'', cache_group(''caption'', r.id), cache_group(''image'', r.image_id), cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON captions REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('caption', 'id', 'r.id', 'r.language', 'array[''captions'', cache_group(''caption'', r.id), cache_group(''image'', r.image_id), cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON captions REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('caption', 'id', 'r.id', 'r.language', 'array[''captions'', cache_group(''caption'', r.id), cache_group(''image'', r.image_id), cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON articles REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('article', 'id', 'r.id', 'null', 'array[''articles'', cache_group(''article'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON articles REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('article', 'id', 'r.id', 'null', 'array[''articles'', cache_group(''article'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON articles REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('article', 'id', 'r.id', 'null', 'array[''articles'', cache_group(''article'', r.id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON comments REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('comment', 'id', 'r.id', 'r.language', 'array[''comments'', cache_group(''comment'', r.id), cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON comments REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('comment', 'id', 'r.id', 'r.language', 'array[''comments'', cache_group(''comment'', r.id), cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON comments REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('comment', 'id', 'r.id', 'r.language', 'array[''comments'', cache_group(''comment'', r.id), cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON pins REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('pin', 'id', 'r.id', 'null', 'array[coalesce(cache_group(''article'', r.article_id), ''articles'')]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON pins REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('pin', 'id', 'r.id', 'null', 'array[coalesce(cache_group(''article'', r.article_id), ''articles'')]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON pins REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('pin', 'id', 'r.id', 'null', 'array[coalesce(cache_group(''article'', r.article_id), ''articles'')]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON corrections REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('correction', 'id', 'r.id', 'null', 'array[cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON corrections REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('correction', 'id', 'r.id', 'null', 'array[cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON corrections REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('correction', 'id', 'r.id', 'null', 'array[cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON releases REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('release', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON releases REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('release', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON releases REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('release', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON consumers REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('consumer', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON consumers REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('consumer', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON consumers REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('consumer', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON api_keys REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('key', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON api_keys REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('key', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON api_keys REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('key', 'id', 'r.id', 'null', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON source_names REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('source', 'source_id', 'sources', 'array[''sources'', cache_group(''source'', r.source_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON source_names REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('source', 'source_id', 'sources', 'array[''sources'', cache_group(''source'', r.source_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON source_names REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('source', 'source_id', 'sources', 'array[''sources'', cache_group(''source'', r.source_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON author_texts REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('author', 'author_id', 'authors', 'array[''authors'', cache_group(''author'', r.author_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON author_texts REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('author', 'author_id', 'authors', 'array[''authors'', cache_group(''author'', r.author_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON author_texts REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('author', 'author_id', 'authors', 'array[''authors'', cache_group(''author'', r.author_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON category_labels REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('category', 'category_id', 'categories', 'array[''categories'', cache_group(''category'', r.category_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON category_labels REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('category', 'category_id', 'categories', 'array[''categories'', cache_group(''category'', r.category_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON category_labels REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('category', 'category_id', 'categories', 'array[''categories'', cache_group(''category'', r.category_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON topic_labels REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('topic', 'topic_id', 'topics', 'array[''topics'', cache_group(''topic'', r.topic_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON topic_labels REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('topic', 'topic_id', 'topics', 'array[''topics'', cache_group(''topic'', r.topic_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON topic_labels REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('topic', 'topic_id', 'topics', 'array[''topics'', cache_group(''topic'', r.topic_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON renditions REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('image', 'image_id', 'images', 'array[''images'', cache_group(''image'', r.image_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON renditions REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('image', 'image_id', 'images', 'array[''images'', cache_group(''image'', r.image_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON renditions REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('image', 'image_id', 'images', 'array[''images'', cache_group(''image'', r.image_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON article_categories REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON article_categories REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON article_categories REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON article_topics REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON article_topics REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON article_topics REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON article_authors REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON article_authors REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON article_authors REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON article_images REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON article_images REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON article_images REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('article', 'article_id', 'articles', 'array[''articles'', cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON release_editions REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('release', 'release_id', 'releases', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON release_editions REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('release', 'release_id', 'releases', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON release_editions REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('release', 'release_id', 'releases', '''{}''::text[]');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON correction_texts REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('correction', 'correction_id', 'corrections', '(SELECT array[cache_group(''article'', x.article_id)] FROM corrections x WHERE x.id = r.correction_id)');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON correction_texts REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('correction', 'correction_id', 'corrections', '(SELECT array[cache_group(''article'', x.article_id)] FROM corrections x WHERE x.id = r.correction_id)');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON correction_texts REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_part('correction', 'correction_id', 'corrections', '(SELECT array[cache_group(''article'', x.article_id)] FROM corrections x WHERE x.id = r.correction_id)');--> statement-breakpoint
CREATE TRIGGER zz_log_insert AFTER INSERT ON editions REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_editions();--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON editions REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_editions();--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON editions REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_editions();--> statement-breakpoint
CREATE FUNCTION keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_table_name = 'changes' AND tg_op = 'UPDATE' THEN
    IF old.position IS NULL AND old.transaction = new.transaction AND old.noun = new.noun AND old.subject_id = new.subject_id
      AND (new.position IS NULL AND old.transaction = pg_current_xact_id()
        OR new.position IS NOT NULL AND (old.id, old.at, old.actor, old.action, old.language, old.groups, old.detail)
          IS NOT DISTINCT FROM (new.id, new.at, new.actor, new.action, new.language, new.groups, new.detail)) THEN RETURN new; END IF;
  ELSIF tg_table_name = 'changes' AND tg_op = 'DELETE' THEN
    IF old.position <= (SELECT trimmed FROM change_clock) THEN RETURN old; END IF;
  END IF;
  RAISE EXCEPTION 'the % of what happened is never changed', CASE tg_table_name WHEN 'changes' THEN 'log' ELSE 'audit trail' END USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON changes FOR EACH ROW EXECUTE FUNCTION keep_log();--> statement-breakpoint
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION keep_log();--> statement-breakpoint
CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION keep_log();--> statement-breakpoint
CREATE TRIGGER keep_all BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION keep_log();--> statement-breakpoint
-- The life of an edition. What was never public cannot be withdrawn, and what is public goes back only by being taken down.
CREATE FUNCTION move_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND new.state <> old.state AND NOT new.state = ANY (CASE old.state
    WHEN 'draft' THEN '{review,scheduled,published}' WHEN 'review' THEN '{draft,scheduled,published}' WHEN 'scheduled' THEN '{draft,review,published}'
    WHEN 'published' THEN '{draft,withdrawn}' ELSE '{draft,published}' END::text[])
  THEN RAISE EXCEPTION 'an edition that is % cannot become %', old.state, new.state USING ERRCODE = 'check_violation', CONSTRAINT = 'editions_move_check'; END IF;
  new.stale_since := CASE WHEN new.stale_blocks || new.draft_stale_blocks = '{}' THEN NULL WHEN tg_op = 'UPDATE' THEN coalesce(old.stale_since, now()) ELSE now() END;
  RETURN new;
END $$;--> statement-breakpoint
CREATE TRIGGER move BEFORE INSERT OR UPDATE ON editions FOR EACH ROW EXECUTE FUNCTION move_edition();--> statement-breakpoint
-- What refers to a row and would lose it: the first ten of each table and how many there are, counted to 101.
CREATE FUNCTION holders(target regclass, target_key text) RETURNS TABLE (holder text, keys text[], count bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE reference record;
BEGIN
  FOR reference IN SELECT c.conrelid::regclass::text AS name, a.attname AS col, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = target AND c.confdeltype = 'a' ORDER BY 1
  LOOP
    RETURN QUERY EXECUTE format($q$SELECT %L::text, (array_agg(f.key))[1:10], count(*) FROM (
      SELECT coalesce(h.j ->> 'id', h.j ->> 'article_id', h.j ->> 'author_id', h.j ->> 'source_id', h.j ->> 'category_id', h.j ->> 'topic_id', h.j ->> 'tag', '') AS key
      FROM %s x CROSS JOIN LATERAL (SELECT to_jsonb(x) - 'body' AS j) h WHERE x.%I = $1::%s LIMIT 101) f HAVING count(*) > 0$q$,
      reference.name, reference.name, reference.col, reference.type) USING target_key;
  END LOOP;
END $$;--> statement-breakpoint
-- What differs between two saved states of an edition: headline and standfirst by name, blocks by key, changed, new or gone.
CREATE FUNCTION changed_blocks(article uuid, tongue text, was integer, becomes integer) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN was IS NULL OR was = becomes THEN '{}'::text[] ELSE coalesce((
    SELECT array_remove(ARRAY[CASE WHEN o.headline <> n.headline THEN 'headline' END, CASE WHEN o.standfirst IS DISTINCT FROM n.standfirst THEN 'standfirst' END], NULL)
      || ARRAY(SELECT coalesce(nb.block ->> '_key', ob.block ->> '_key')
        FROM jsonb_array_elements(n.body) WITH ORDINALITY nb (block, place)
        FULL JOIN jsonb_array_elements(o.body) WITH ORDINALITY ob (block, place) ON nb.block ->> '_key' = ob.block ->> '_key'
        WHERE nb.block IS DISTINCT FROM ob.block ORDER BY nb.place NULLS LAST, ob.place)
    FROM revisions o JOIN revisions n ON n.article_id = o.article_id AND n.language = o.language
    WHERE o.article_id = article AND o.language = tongue AND o.number = was AND n.number = becomes), '{}'::text[]) END $$;
--> statement-breakpoint
-- Tells every translation of these articles what has changed in its original since it was made: what readers see against what they see of the
-- original, and the newest draft against the newest draft.
CREATE FUNCTION mark_stale(works uuid[]) RETURNS void LANGUAGE sql AS $$
  UPDATE editions e SET stale_blocks = n.live, draft_stale_blocks = n.draft
  FROM (SELECT t.article_id, t.language, changed_blocks(t.article_id, t.of_language, t.of_revision, o.revision) AS live,
      changed_blocks(t.article_id, t.of_language, coalesce(h.of_revision, t.of_revision), o.head) AS draft
    FROM editions t JOIN editions o ON o.article_id = t.article_id AND o.language = t.of_language
    JOIN revisions h ON h.article_id = t.article_id AND h.language = t.language AND h.number = t.head
    WHERE t.article_id = ANY (works)) n
  WHERE e.article_id = n.article_id AND e.language = n.language AND (e.stale_blocks, e.draft_stale_blocks) IS DISTINCT FROM (n.live, n.draft) $$;
