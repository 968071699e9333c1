-- What is known of what is similar is written in another form: it is emptied here, and the reader that keeps it makes it anew. Lists stay meanwhile.
TRUNCATE "descriptions", "description_counts", "term_blocks" RESTART IDENTITY;--> statement-breakpoint
UPDATE "change_readers" SET "rebuild" = '{"after": null, "done": 0}' WHERE "name" = 'similar';--> statement-breakpoint
CREATE TABLE "word_counts" (
	"bucket" integer PRIMARY KEY NOT NULL,
	"stories" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "term_blocks" DROP CONSTRAINT "term_blocks_bucket_block_pk";--> statement-breakpoint
ALTER TABLE "term_blocks" ADD COLUMN "since" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "term_blocks" ADD COLUMN "postings" "bytea" NOT NULL;--> statement-breakpoint
ALTER TABLE "term_blocks" DROP COLUMN "pairs";--> statement-breakpoint
ALTER TABLE "term_blocks" ADD CONSTRAINT "term_blocks_bucket_since_block_pk" PRIMARY KEY("bucket","since","block");--> statement-breakpoint
ALTER TABLE "descriptions" ADD COLUMN "sketch" "bytea" NOT NULL;--> statement-breakpoint
ALTER TABLE "descriptions" DROP COLUMN "length";--> statement-breakpoint
ALTER TABLE "descriptions" DROP COLUMN "density";--> statement-breakpoint
ALTER TABLE "neighbours" ADD COLUMN "density" real DEFAULT 0 NOT NULL;
