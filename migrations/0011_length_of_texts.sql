-- Descriptions say how long their whole text is: they are emptied here, and the reader that keeps them makes them anew. Lists stay meanwhile.
TRUNCATE "descriptions", "description_counts", "term_blocks", "word_counts" RESTART IDENTITY;--> statement-breakpoint
UPDATE "change_readers" SET "rebuild" = '{"after": null, "done": 0}' WHERE "name" = 'similar';--> statement-breakpoint
-- A count that is raised finds room beside itself, and its index is left alone.
ALTER TABLE "word_counts" SET (fillfactor = 60);--> statement-breakpoint
ALTER TABLE "descriptions" ADD COLUMN "length" real NOT NULL;
