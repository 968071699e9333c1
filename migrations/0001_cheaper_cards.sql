DROP VIEW "public"."visible_editions";--> statement-breakpoint
DROP INDEX "postings_updated_key";--> statement-breakpoint
CREATE INDEX "article_images_order_idx" ON "article_images" USING btree ("article_id",(role <> 'lead'),"position");--> statement-breakpoint
CREATE UNIQUE INDEX "postings_updated_key" ON "postings" USING btree ("kind","facet","language","updated_at","article_id");--> statement-breakpoint
CREATE VIEW "public"."hidden_editions" AS (select "article_id", "language" from "editions" where ("editions"."state" = 'published' and "editions"."published_at" <= now()
        and ("editions"."unpublish_at" is null or "editions"."unpublish_at" > now())) is not true);--> statement-breakpoint
CREATE VIEW "public"."visible_editions" AS (select "editions"."article_id", "editions"."language", "editions"."slug", "editions"."published_at", "editions"."updated_at", "editions"."method" from "editions" inner join "articles" on "articles"."id" = "editions"."article_id" where ("editions"."state" = 'published' and "editions"."published_at" <= now()
        and ("editions"."unpublish_at" is null or "editions"."unpublish_at" > now())) and ("articles"."embargo_until" is null or "articles"."embargo_until" <= now()));