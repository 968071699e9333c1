ALTER TABLE "releases" ADD COLUMN "failure" jsonb;--> statement-breakpoint
UPDATE "editions" SET unpublish_at = NULL WHERE unpublish_at <= publish_at;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_schedule_check" CHECK (publish_at < unpublish_at);--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_scheduled_check" CHECK ((state = 'scheduled') = (publish_at is not null));--> statement-breakpoint
CREATE INDEX "editions_publish_at_idx" ON "editions" USING btree ("publish_at") WHERE publish_at is not null;--> statement-breakpoint
CREATE INDEX "editions_unpublish_at_idx" ON "editions" USING btree ("unpublish_at") WHERE unpublish_at is not null;--> statement-breakpoint
CREATE INDEX "articles_embargo_idx" ON "articles" USING btree ("embargo_until") WHERE embargo_until is not null;--> statement-breakpoint
CREATE INDEX "images_rights_idx" ON "images" USING btree ("rights_expire_at") WHERE rights_expire_at is not null;--> statement-breakpoint
-- What is to happen at an instant is planned by the rows that say so, in the transaction that writes them, so that no route, import or hand at psql can
-- forget it. A key names the thing and the moment: another instant moves the job, none removes it. The schema of the jobs is made after this one.
CREATE FUNCTION plan_job(task text, key text, at timestamptz, payload json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF at IS NULL THEN PERFORM graphile_worker.remove_job(key);
  ELSE PERFORM graphile_worker.add_job(task, payload, run_at => at, max_attempts => 25, job_key => key); END IF;
END $$;--> statement-breakpoint
-- Whether a job still waits or runs under the key; one that has failed for the last time does not count.
CREATE FUNCTION is_planned(job_key text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM graphile_worker._private_jobs j WHERE j.key = job_key AND j.attempts < j.max_attempts);
END $$;--> statement-breakpoint
-- A plan counts only in the states it means something in: a draft that came with an instant waits for nothing.
-- Instants are kept to the millisecond: what is published now may be stored half a one ahead of the clock, and does not appear later.
CREATE FUNCTION edition_plans(e editions) RETURNS TABLE (task text, key text, at timestamptz, payload json) LANGUAGE sql STABLE AS $$
  SELECT p.task, p.moment || ':' || e.article_id || ':' || e.language, p.at, json_build_object('moment', p.moment, 'id', e.article_id, 'language', e.language)
  FROM (VALUES ('publishEdition', 'publish', CASE WHEN e.state IN ('scheduled', 'published') THEN e.publish_at END),
    ('unpublishEdition', 'unpublish', CASE WHEN e.state = 'published' THEN e.unpublish_at END),
    ('passMoment', 'appearance', CASE WHEN e.state = 'published' AND e.published_at > now()::timestamptz(3) THEN e.published_at END)) p (task, moment, at) $$;--> statement-breakpoint
CREATE FUNCTION plan_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' THEN PERFORM plan_job(p.task, p.key, NULL, NULL) FROM edition_plans(old) p;
  ELSE PERFORM plan_job(p.task, p.key, p.at, p.payload) FROM edition_plans(new) p; END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER plan_insert AFTER INSERT ON editions FOR EACH ROW WHEN (new.publish_at IS NOT NULL OR new.unpublish_at IS NOT NULL OR new.published_at > now()::timestamptz(3)) EXECUTE FUNCTION plan_edition();--> statement-breakpoint
CREATE TRIGGER plan_update AFTER UPDATE ON editions FOR EACH ROW WHEN ((old.publish_at, old.unpublish_at) IS DISTINCT FROM (new.publish_at, new.unpublish_at)
  OR old.state <> new.state AND (new.publish_at IS NOT NULL OR new.unpublish_at IS NOT NULL)
  OR (old.state, old.published_at) IS DISTINCT FROM (new.state, new.published_at) AND greatest(old.published_at, new.published_at) > now()::timestamptz(3)) EXECUTE FUNCTION plan_edition();--> statement-breakpoint
CREATE TRIGGER plan_delete AFTER DELETE ON editions FOR EACH ROW WHEN (old.publish_at IS NOT NULL OR old.unpublish_at IS NOT NULL OR old.published_at > now()::timestamptz(3)) EXECUTE FUNCTION plan_edition();--> statement-breakpoint
CREATE FUNCTION plan_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' THEN PERFORM plan_job('publishRelease', 'release:' || old.id, NULL, NULL);
  ELSE PERFORM plan_job('publishRelease', 'release:' || new.id, new.publish_at, json_build_object('id', new.id)); END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER plan_insert AFTER INSERT ON releases FOR EACH ROW WHEN (new.publish_at IS NOT NULL) EXECUTE FUNCTION plan_release();--> statement-breakpoint
CREATE TRIGGER plan_update AFTER UPDATE ON releases FOR EACH ROW WHEN (old.publish_at IS DISTINCT FROM new.publish_at) EXECUTE FUNCTION plan_release();--> statement-breakpoint
CREATE TRIGGER plan_delete AFTER DELETE ON releases FOR EACH ROW WHEN (old.publish_at IS NOT NULL) EXECUTE FUNCTION plan_release();--> statement-breakpoint
-- Instants at which readers see something else although no row changes, with what the log then says and which caches it names.
CREATE VIEW moments AS
  SELECT 'embargo' AS moment, a.id, NULL::text AS language, a.embargo_until AS at, 'article' AS noun, 'embargoEnded' AS action,
    array['articles', cache_group('article', a.id)] AS groups FROM articles a WHERE a.embargo_until IS NOT NULL
  UNION ALL SELECT 'rights', i.id, NULL, i.rights_expire_at, 'image', 'rightsExpired',
    array['images', cache_group('image', i.id)] || ARRAY(SELECT cache_group('source', s.id) FROM sources s WHERE s.logo_id = i.id)
    FROM images i WHERE i.rights_expire_at IS NOT NULL
  UNION ALL SELECT 'pinStart', p.id, NULL, p.starts_at, 'pin', 'started', array[coalesce(cache_group('article', p.article_id), 'articles')]
    FROM pins p WHERE p.starts_at IS NOT NULL
  UNION ALL SELECT 'pinEnd', p.id, NULL, p.ends_at, 'pin', 'ended', array[coalesce(cache_group('article', p.article_id), 'articles')]
    FROM pins p WHERE p.ends_at IS NOT NULL
  UNION ALL SELECT 'appearance', p.article_id, p.language, p.published_at, 'edition', 'appeared', array['articles', cache_group('article', p.article_id)]
    FROM languages l JOIN postings p ON p.language = l.tag WHERE p.kind = 'all' AND p.facet = '00000000-0000-0000-0000-000000000000';--> statement-breakpoint
-- Arguments: the moment and its column. What has passed already is told by the write itself.
CREATE FUNCTION plan_moment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  r jsonb := CASE tg_op WHEN 'DELETE' THEN to_jsonb(old) ELSE to_jsonb(new) END;
  at timestamptz := CASE WHEN tg_op <> 'DELETE' THEN r ->> tg_argv[1] END;
BEGIN
  PERFORM plan_job('passMoment', tg_argv[0] || ':' || (r ->> 'id'), CASE WHEN at > now() THEN at END, json_build_object('moment', tg_argv[0], 'id', r ->> 'id'));
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER plan_embargo_insert AFTER INSERT ON articles FOR EACH ROW WHEN (new.embargo_until > now()) EXECUTE FUNCTION plan_moment('embargo', 'embargo_until');--> statement-breakpoint
CREATE TRIGGER plan_embargo_update AFTER UPDATE ON articles FOR EACH ROW WHEN (old.embargo_until IS DISTINCT FROM new.embargo_until) EXECUTE FUNCTION plan_moment('embargo', 'embargo_until');--> statement-breakpoint
CREATE TRIGGER plan_embargo_delete AFTER DELETE ON articles FOR EACH ROW WHEN (old.embargo_until > now()) EXECUTE FUNCTION plan_moment('embargo', 'embargo_until');--> statement-breakpoint
CREATE TRIGGER plan_rights_insert AFTER INSERT ON images FOR EACH ROW WHEN (new.rights_expire_at > now()) EXECUTE FUNCTION plan_moment('rights', 'rights_expire_at');--> statement-breakpoint
CREATE TRIGGER plan_rights_update AFTER UPDATE ON images FOR EACH ROW WHEN (old.rights_expire_at IS DISTINCT FROM new.rights_expire_at) EXECUTE FUNCTION plan_moment('rights', 'rights_expire_at');--> statement-breakpoint
CREATE TRIGGER plan_rights_delete AFTER DELETE ON images FOR EACH ROW WHEN (old.rights_expire_at > now()) EXECUTE FUNCTION plan_moment('rights', 'rights_expire_at');--> statement-breakpoint
CREATE TRIGGER plan_start_insert AFTER INSERT ON pins FOR EACH ROW WHEN (new.starts_at > now()) EXECUTE FUNCTION plan_moment('pinStart', 'starts_at');--> statement-breakpoint
CREATE TRIGGER plan_start_update AFTER UPDATE ON pins FOR EACH ROW WHEN (old.starts_at IS DISTINCT FROM new.starts_at) EXECUTE FUNCTION plan_moment('pinStart', 'starts_at');--> statement-breakpoint
CREATE TRIGGER plan_start_delete AFTER DELETE ON pins FOR EACH ROW WHEN (old.starts_at > now()) EXECUTE FUNCTION plan_moment('pinStart', 'starts_at');--> statement-breakpoint
CREATE TRIGGER plan_end_insert AFTER INSERT ON pins FOR EACH ROW WHEN (new.ends_at > now()) EXECUTE FUNCTION plan_moment('pinEnd', 'ends_at');--> statement-breakpoint
CREATE TRIGGER plan_end_update AFTER UPDATE ON pins FOR EACH ROW WHEN (old.ends_at IS DISTINCT FROM new.ends_at) EXECUTE FUNCTION plan_moment('pinEnd', 'ends_at');--> statement-breakpoint
CREATE TRIGGER plan_end_delete AFTER DELETE ON pins FOR EACH ROW WHEN (old.ends_at > now()) EXECUTE FUNCTION plan_moment('pinEnd', 'ends_at');--> statement-breakpoint
-- Every plan there is: what an older version has written, or a restore has lost the job of, is found through partial indexes and planned anew.
-- The clock is read after the snapshot is taken: by the transaction's own now, what others publish meanwhile would still be to come, and told a second time.
CREATE FUNCTION plan_again() RETURNS void LANGUAGE sql AS $$
  SELECT plan_job(p.task, p.key, p.at, p.payload) FROM editions e CROSS JOIN LATERAL edition_plans(e) p
    WHERE e.publish_at IS NOT NULL AND p.at IS NOT NULL AND NOT is_planned(p.key);
  SELECT plan_job(p.task, p.key, p.at, p.payload) FROM editions e CROSS JOIN LATERAL edition_plans(e) p
    WHERE e.unpublish_at IS NOT NULL AND p.at IS NOT NULL AND NOT is_planned(p.key);
  SELECT plan_job('publishRelease', 'release:' || r.id, r.publish_at, json_build_object('id', r.id)) FROM releases r
    WHERE r.publish_at IS NOT NULL AND NOT is_planned('release:' || r.id);
  SELECT plan_job('passMoment', m.key, m.at, m.payload) FROM (SELECT at, concat_ws(':', moment, id, language) AS key,
      json_strip_nulls(json_build_object('moment', moment, 'id', id, 'language', language)) AS payload FROM moments WHERE at > (SELECT clock_timestamp()) OFFSET 0) m
    WHERE NOT is_planned(m.key) $$;--> statement-breakpoint
-- Tells that a moment has passed. Never early: where the clock says it has not, the job is planned again; where the instant was moved or taken back, nothing is told.
CREATE FUNCTION pass_moment(passed text, thing uuid, tongue text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO changes (noun, subject_id, action, language, groups)
    SELECT noun, id, action, language, groups FROM moments
    WHERE moment = passed AND id = thing AND language IS NOT DISTINCT FROM tongue AND at <= now() ON CONFLICT DO NOTHING;
  SELECT plan_job('passMoment', concat_ws(':', moment, id, language), at, json_strip_nulls(json_build_object('moment', moment, 'id', id, 'language', language)))
    FROM moments WHERE moment = passed AND id = thing AND language IS NOT DISTINCT FROM tongue AND at > now() $$;--> statement-breakpoint
-- As before, but a plan that is taken back has a name of its own, and one for the newer draft of a live edition is nothing readers can see.
CREATE OR REPLACE FUNCTION log_editions() RETURNS trigger LANGUAGE plpgsql AS $$
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
        CASE r.state WHEN 'draft' THEN CASE b.state WHEN 'published' THEN 'unpublished' WHEN 'scheduled' THEN 'unscheduled' ELSE 'reopened' END
          WHEN 'review' THEN 'submitted' ELSE r.state END END,
      r.language,
      CASE WHEN (r.state IN ('published', 'withdrawn') OR b.state IN ('published', 'withdrawn'))
          AND NOT d.members <@ '{head,draft_stale_blocks,stale_since,publish_at}'
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
-- The life of an edition, the same table as the desk's. What was never public cannot be withdrawn, and what is public goes back only by being taken down.
CREATE OR REPLACE FUNCTION move_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND new.state <> old.state AND NOT new.state = ANY (CASE old.state
    WHEN 'draft' THEN '{review,scheduled,published}' WHEN 'review' THEN '{draft,scheduled,published}' WHEN 'scheduled' THEN '{draft,published}'
    WHEN 'published' THEN '{draft,withdrawn}' ELSE '{draft,published}' END::text[])
  THEN RAISE EXCEPTION 'an edition that is % cannot become %', old.state, new.state USING ERRCODE = 'check_violation', CONSTRAINT = 'editions_move_check'; END IF;
  new.stale_since := CASE WHEN new.stale_blocks || new.draft_stale_blocks = '{}' THEN NULL WHEN tg_op = 'UPDATE' THEN coalesce(old.stale_since, now()) ELSE now() END;
  RETURN new;
END $$;--> statement-breakpoint
-- A release that is out is history: it and its editions stay as they were. It may be removed as a whole, when nothing else keeps a story that must go.
CREATE FUNCTION keep_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_table_name = 'releases' THEN
    IF old.state <> 'published' THEN RETURN new; END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM releases WHERE state = 'published' AND id = CASE tg_op WHEN 'INSERT' THEN new.release_id ELSE old.release_id END) THEN
    RETURN CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
  END IF;
  RAISE EXCEPTION 'a release that is published does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'releases_keep_check';
END $$;--> statement-breakpoint
CREATE TRIGGER keep BEFORE UPDATE ON releases FOR EACH ROW EXECUTE FUNCTION keep_release();--> statement-breakpoint
CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON release_editions FOR EACH ROW EXECUTE FUNCTION keep_release();
--> statement-breakpoint
-- PL/pgSQL keeps its plans for the session; as an SQL function this was planned at every save (2.2 of the 11 ms of a new story), for most of which there is no translation.
CREATE OR REPLACE FUNCTION mark_stale(works uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE editions e SET stale_blocks = n.live, draft_stale_blocks = n.draft
  FROM (SELECT t.article_id, t.language, changed_blocks(t.article_id, t.of_language, t.of_revision, o.revision) AS live,
      changed_blocks(t.article_id, t.of_language, coalesce(h.of_revision, t.of_revision), o.head) AS draft
    FROM editions t JOIN editions o ON o.article_id = t.article_id AND o.language = t.of_language
    JOIN revisions h ON h.article_id = t.article_id AND h.language = t.language AND h.number = t.head
    WHERE t.article_id = ANY (works)) n
  WHERE e.article_id = n.article_id AND e.language = n.language AND (e.stale_blocks, e.draft_stale_blocks) IS DISTINCT FROM (n.live, n.draft);
END $$;
