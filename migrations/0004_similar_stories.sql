CREATE TABLE "clusters" (
	"article_id" uuid PRIMARY KEY NOT NULL,
	"cluster_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "copies" (
	"article_id" uuid NOT NULL,
	"other_id" uuid NOT NULL,
	"share" real NOT NULL,
	CONSTRAINT "copies_article_id_other_id_pk" PRIMARY KEY("article_id","other_id"),
	CONSTRAINT "copies_order_check" CHECK (article_id < other_id),
	CONSTRAINT "copies_share_check" CHECK (share > 0 and share <= 1)
);
--> statement-breakpoint
CREATE TABLE "description_counts" (
	"language" text PRIMARY KEY NOT NULL,
	"stories" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "descriptions" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "descriptions_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"terms" "bytea" NOT NULL,
	"length" real NOT NULL,
	"density" real DEFAULT 0 NOT NULL,
	CONSTRAINT "descriptions_edition_key" UNIQUE("article_id","language")
);
--> statement-breakpoint
CREATE TABLE "neighbours" (
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"others" uuid[] NOT NULL,
	"scores" real[] NOT NULL,
	CONSTRAINT "neighbours_article_id_language_pk" PRIMARY KEY("article_id","language"),
	CONSTRAINT "neighbours_scores_check" CHECK (cardinality(others) = cardinality(scores))
);
--> statement-breakpoint
CREATE TABLE "term_blocks" (
	"bucket" integer NOT NULL,
	"block" integer NOT NULL,
	"pairs" "bytea" NOT NULL,
	CONSTRAINT "term_blocks_bucket_block_pk" PRIMARY KEY("bucket","block")
);
--> statement-breakpoint
ALTER TABLE "clusters" ADD CONSTRAINT "clusters_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "copies" ADD CONSTRAINT "copies_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "copies" ADD CONSTRAINT "copies_other_id_articles_id_fk" FOREIGN KEY ("other_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "neighbours" ADD CONSTRAINT "neighbours_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clusters_cluster_idx" ON "clusters" USING btree ("cluster_id");--> statement-breakpoint
CREATE INDEX "copies_other_idx" ON "copies" USING btree ("other_id");--> statement-breakpoint
-- Which articles are versions of one story is told like anything else that happens: by the article, with what it was and is a version of.
CREATE TRIGGER zz_log_insert AFTER INSERT ON clusters REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('cluster', 'article_id', 'r.article_id', 'null', 'array[cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_update AFTER UPDATE ON clusters REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('cluster', 'article_id', 'r.article_id', 'null', 'array[cache_group(''article'', r.article_id)]');--> statement-breakpoint
CREATE TRIGGER zz_log_delete AFTER DELETE ON clusters REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION log_noun('cluster', 'article_id', 'r.article_id', 'null', 'array[cache_group(''article'', r.article_id)]');
