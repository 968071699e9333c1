CREATE TABLE "view_counts" (
	"hour" timestamp(3) with time zone NOT NULL,
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "view_counts_hour_article_id_language_pk" PRIMARY KEY("hour","article_id","language"),
	CONSTRAINT "view_counts_count_check" CHECK (count > 0)
);
--> statement-breakpoint
CREATE TABLE "view_heat" (
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"heat" double precision NOT NULL,
	CONSTRAINT "view_heat_article_id_language_pk" PRIMARY KEY("article_id","language")
);
--> statement-breakpoint
CREATE INDEX "view_heat_order_idx" ON "view_heat" USING btree ("language","heat" DESC NULLS LAST,"article_id");--> statement-breakpoint
-- What joins or leaves a cluster changes the lists of versions of all its members.
CREATE OR REPLACE TRIGGER zz_log_insert AFTER INSERT ON clusters REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('cluster', 'article_id', 'r.article_id', 'null', 'cache_group(''article'', r.article_id) || array(select cache_group(''article'', m.article_id) from clusters m where m.cluster_id = r.cluster_id and m.article_id <> r.article_id limit 100)');--> statement-breakpoint
CREATE OR REPLACE TRIGGER zz_log_update AFTER UPDATE ON clusters REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('cluster', 'article_id', 'r.article_id', 'null', 'cache_group(''article'', r.article_id) || array(select cache_group(''article'', m.article_id) from clusters m where m.cluster_id = r.cluster_id and m.article_id <> r.article_id limit 100)');--> statement-breakpoint
CREATE OR REPLACE TRIGGER zz_log_delete AFTER DELETE ON clusters REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('cluster', 'article_id', 'r.article_id', 'null', 'cache_group(''article'', r.article_id) || array(select cache_group(''article'', m.article_id) from clusters m where m.cluster_id = r.cluster_id and m.article_id <> r.article_id limit 100)');
