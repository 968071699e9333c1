ALTER TABLE "change_readers" ADD COLUMN "rebuild" jsonb;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "show_in_related" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "topics" ADD COLUMN "show_in_related" boolean DEFAULT true NOT NULL;