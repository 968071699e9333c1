CREATE TABLE "article_authors" (
	"article_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"role" text DEFAULT 'author' NOT NULL,
	"position" smallint NOT NULL,
	CONSTRAINT "article_authors_article_id_author_id_role_pk" PRIMARY KEY("article_id","author_id","role"),
	CONSTRAINT "article_authors_role_check" CHECK ("role" in ('author', 'photographer', 'translator', 'editor', 'contributor'))
);
--> statement-breakpoint
CREATE TABLE "article_categories" (
	"article_id" uuid NOT NULL,
	"category_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	CONSTRAINT "article_categories_article_id_category_id_pk" PRIMARY KEY("article_id","category_id")
);
--> statement-breakpoint
CREATE TABLE "article_images" (
	"article_id" uuid NOT NULL,
	"image_id" uuid NOT NULL,
	"role" text NOT NULL,
	"position" smallint NOT NULL,
	CONSTRAINT "article_images_article_id_image_id_pk" PRIMARY KEY("article_id","image_id"),
	CONSTRAINT "article_images_role_check" CHECK ("role" in ('lead', 'inline', 'gallery'))
);
--> statement-breakpoint
CREATE TABLE "article_topics" (
	"article_id" uuid NOT NULL,
	"topic_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"weight" real DEFAULT 1 NOT NULL,
	CONSTRAINT "article_topics_article_id_topic_id_pk" PRIMARY KEY("article_id","topic_id"),
	CONSTRAINT "article_topics_weight_check" CHECK (weight > 0 and weight <= 1)
);
--> statement-breakpoint
CREATE TABLE "articles" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text DEFAULT 'article' NOT NULL,
	"source_id" uuid,
	"origin_url" text,
	"origin_id" text,
	"origin_headline" text,
	"origin_language" text,
	"origin_published_at" timestamp(3) with time zone,
	"original_language" text NOT NULL,
	"section_id" uuid NOT NULL,
	"urgency" smallint DEFAULT 5 NOT NULL,
	"rights_holder" text,
	"rights_notice" text,
	"rights_terms" text,
	"rights_licence" text,
	"embargo_until" timestamp(3) with time zone,
	"show_in_related" boolean DEFAULT true NOT NULL,
	"comment_policy" text DEFAULT 'closed' NOT NULL,
	"comments_close_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "articles_type_check" CHECK ("type" in ('article', 'gallery', 'video', 'audio', 'live')),
	CONSTRAINT "articles_policy_check" CHECK ("comment_policy" in ('open', 'premoderated', 'closed')),
	CONSTRAINT "articles_urgency_check" CHECK (urgency between 1 and 9)
);
--> statement-breakpoint
CREATE TABLE "pins" (
	"id" uuid PRIMARY KEY NOT NULL,
	"article_id" uuid,
	"group" text NOT NULL,
	"target_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"starts_at" timestamp(3) with time zone,
	"ends_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pins_target_check" CHECK (target_id <> article_id),
	CONSTRAINT "pins_time_check" CHECK (starts_at < ends_at)
);
--> statement-breakpoint
CREATE TABLE "captions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"image_id" uuid NOT NULL,
	"article_id" uuid,
	"language" text NOT NULL,
	"text" text NOT NULL,
	"alt" text,
	"translated_from" uuid,
	"method" text DEFAULT 'original' NOT NULL,
	"engine" text,
	"reviewer" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "captions_use_key" UNIQUE NULLS NOT DISTINCT("image_id","article_id","language"),
	CONSTRAINT "captions_image_key" UNIQUE("id","image_id"),
	CONSTRAINT "captions_method_check" CHECK ("method" in ('original', 'human', 'machine', 'machineReviewed')),
	CONSTRAINT "captions_pair_check" CHECK ((method = 'original') = (translated_from is null) and translated_from <> id)
);
--> statement-breakpoint
CREATE TABLE "editions" (
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"slug" text NOT NULL,
	"headline" text NOT NULL,
	"kicker" text,
	"standfirst" text,
	"body" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"byline" text,
	"seo_title" text,
	"seo_description" text,
	"source_id" uuid,
	"state" text DEFAULT 'draft' NOT NULL,
	"method" text NOT NULL,
	"engine" text,
	"translator" text,
	"reviewer" text,
	"translated_at" timestamp(3) with time zone,
	"of_language" text,
	"of_revision" integer,
	"stale_blocks" text[] DEFAULT '{}' NOT NULL,
	"first_published_at" timestamp(3) with time zone,
	"published_at" timestamp(3) with time zone,
	"publish_at" timestamp(3) with time zone,
	"unpublish_at" timestamp(3) with time zone,
	"withdrawn_at" timestamp(3) with time zone,
	"withdrawn_reason" text,
	"successor_id" uuid,
	"word_count" integer DEFAULT 0 NOT NULL,
	"reading_minutes" smallint DEFAULT 0 NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "editions_article_id_language_pk" PRIMARY KEY("article_id","language"),
	CONSTRAINT "editions_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
	CONSTRAINT "editions_state_check" CHECK ("state" in ('draft', 'review', 'scheduled', 'published', 'withdrawn')),
	CONSTRAINT "editions_method_check" CHECK ("method" in ('original', 'human', 'machine', 'machineReviewed')),
	CONSTRAINT "editions_translation_check" CHECK ((method = 'original') = (of_language is null) and of_language <> language),
	CONSTRAINT "editions_stale_check" CHECK (of_language is not null or cardinality(stale_blocks) = 0),
	CONSTRAINT "editions_published_check" CHECK (state <> 'published' or (published_at is not null and first_published_at is not null)),
	CONSTRAINT "editions_scheduled_check" CHECK (state <> 'scheduled' or publish_at is not null),
	CONSTRAINT "editions_withdrawn_check" CHECK (state <> 'withdrawn' or (withdrawn_at is not null and withdrawn_reason is not null))
);
--> statement-breakpoint
CREATE TABLE "former_slugs" (
	"slug" text NOT NULL,
	"language" text NOT NULL,
	"article_id" uuid NOT NULL,
	"retired_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "former_slugs_slug_language_pk" PRIMARY KEY("slug","language"),
	CONSTRAINT "former_slugs_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120)
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"kind" text NOT NULL,
	"facet" uuid NOT NULL,
	"language" text NOT NULL,
	"article_id" uuid NOT NULL,
	"published_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"embargo_until" timestamp(3) with time zone,
	"unpublish_at" timestamp(3) with time zone,
	"original" boolean NOT NULL,
	"show_in_related" boolean NOT NULL,
	CONSTRAINT "postings_article_id_kind_facet_language_pk" PRIMARY KEY("article_id","kind","facet","language"),
	CONSTRAINT "postings_kind_check" CHECK ("kind" in ('all', 'type', 'section', 'category', 'topic', 'author', 'source'))
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"number" integer NOT NULL,
	"headline" text NOT NULL,
	"kicker" text,
	"standfirst" text,
	"body" jsonb NOT NULL,
	"byline" text,
	"saved_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"saved_by" text,
	"note" text,
	CONSTRAINT "revisions_article_id_language_number_pk" PRIMARY KEY("article_id","language","number"),
	CONSTRAINT "revisions_number_check" CHECK (number > 0)
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"consumer_id" uuid NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_hash_check" CHECK (hash ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"position" bigserial PRIMARY KEY NOT NULL,
	"transaction" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"noun" text NOT NULL,
	"subject_id" text NOT NULL,
	"action" text NOT NULL,
	"language" text,
	"groups" text[] DEFAULT '{}' NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "comments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"article_id" uuid NOT NULL,
	"language" text NOT NULL,
	"author_name" text NOT NULL,
	"body" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"likes" integer DEFAULT 0 NOT NULL,
	"parent_id" uuid,
	"edited_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "comments_article_key" UNIQUE("id","article_id"),
	CONSTRAINT "comments_state_check" CHECK ("state" in ('pending', 'approved', 'rejected', 'deleted')),
	CONSTRAINT "comments_likes_check" CHECK (likes >= 0),
	CONSTRAINT "comments_parent_check" CHECK (parent_id <> id)
);
--> statement-breakpoint
CREATE TABLE "consumers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "consumers_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120)
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"webhook_id" uuid NOT NULL,
	"change_position" bigint NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp(3) with time zone,
	"last_status" integer,
	"delivered_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_state_check" CHECK ("state" in ('pending', 'delivered', 'exhausted')),
	CONSTRAINT "deliveries_delivered_check" CHECK ((state = 'delivered') = (delivered_at is not null))
);
--> statement-breakpoint
CREATE TABLE "external_keys" (
	"noun" text NOT NULL,
	"key" text NOT NULL,
	"id" uuid NOT NULL,
	"digest" text,
	"seen_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "external_keys_noun_key_pk" PRIMARY KEY("noun","key")
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"consumer_id" uuid,
	"rights" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "partners_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120)
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"consumer_id" uuid NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"languages" text[],
	"secret" text NOT NULL,
	"state" text DEFAULT 'enabled' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhooks_state_check" CHECK ("state" in ('enabled', 'paused', 'disabled')),
	CONSTRAINT "webhooks_events_check" CHECK (cardinality(events) > 0)
);
--> statement-breakpoint
CREATE TABLE "house" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"secret" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "house_singleton_check" CHECK (singleton)
);
--> statement-breakpoint
CREATE TABLE "languages" (
	"tag" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"direction" text DEFAULT 'ltr' NOT NULL,
	"fallback" text[] DEFAULT '{}' NOT NULL,
	"position" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "languages_tag_check" CHECK (tag ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$'),
	CONSTRAINT "languages_direction_check" CHECK ("direction" in ('ltr', 'rtl')),
	CONSTRAINT "languages_fallback_check" CHECK (not (tag = any(fallback)))
);
--> statement-breakpoint
CREATE TABLE "images" (
	"id" uuid PRIMARY KEY NOT NULL,
	"file" text,
	"url" text,
	"mime" text,
	"width" integer,
	"height" integer,
	"bytes" bigint,
	"sha256" text,
	"focal_x" real,
	"focal_y" real,
	"placeholder" text,
	"dominant_colour" text,
	"credit_name" text,
	"credit_role" text,
	"credit_source_id" uuid,
	"rights" text,
	"rights_expire_at" timestamp(3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "images_place_check" CHECK ((file is null) <> (url is null)),
	CONSTRAINT "images_size_check" CHECK (width > 0 and height > 0 and bytes >= 0),
	CONSTRAINT "images_focus_check" CHECK (focal_x between 0 and 1 and focal_y between 0 and 1),
	CONSTRAINT "images_focus_pair_check" CHECK ((focal_x is null) = (focal_y is null)),
	CONSTRAINT "images_credit_check" CHECK ((credit_name is null) = (credit_role is null)),
	CONSTRAINT "images_credit_role_check" CHECK ("credit_role" in ('source', 'photo', 'illustration', 'graphic')),
	CONSTRAINT "images_colour_check" CHECK (dominant_colour ~ '^#[0-9a-f]{6}$'),
	CONSTRAINT "images_sha256_check" CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "renditions" (
	"image_id" uuid NOT NULL,
	"name" text NOT NULL,
	"file" text NOT NULL,
	"mime" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"bytes" bigint NOT NULL,
	CONSTRAINT "renditions_image_id_name_pk" PRIMARY KEY("image_id","name")
);
--> statement-breakpoint
CREATE TABLE "source_names" (
	"source_id" uuid NOT NULL,
	"language" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "source_names_source_id_language_pk" PRIMARY KEY("source_id","language")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"type" text NOT NULL,
	"homepage" text,
	"country" text,
	"default_language" text,
	"default_credit" text,
	"default_rights" text,
	"logo_id" uuid,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sources_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
	CONSTRAINT "sources_type_check" CHECK ("type" in ('newspaper', 'agency', 'broadcaster', 'government', 'company', 'community')),
	CONSTRAINT "sources_country_check" CHECK (country ~ '^[A-Z]{2}$')
);
--> statement-breakpoint
CREATE TABLE "author_texts" (
	"author_id" uuid NOT NULL,
	"language" text NOT NULL,
	"name" text NOT NULL,
	"biography" text,
	CONSTRAINT "author_texts_author_id_language_pk" PRIMARY KEY("author_id","language")
);
--> statement-breakpoint
CREATE TABLE "authors" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"type" text NOT NULL,
	"source_id" uuid,
	"portrait_id" uuid,
	"links" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "authors_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
	CONSTRAINT "authors_type_check" CHECK ("type" in ('person', 'desk', 'organisation'))
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"parent_id" uuid,
	"position" integer DEFAULT 0 NOT NULL,
	"rail_position" integer,
	"rail_minimum" integer,
	"rail_fallback" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "categories_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
	CONSTRAINT "categories_parent_check" CHECK (parent_id <> id),
	CONSTRAINT "categories_rail_fallback_check" CHECK ("rail_fallback" in ('latest', 'parent', 'none')),
	CONSTRAINT "categories_rail_check" CHECK ((rail_position is null) = (rail_minimum is null) and (rail_position is null) = (rail_fallback is null))
);
--> statement-breakpoint
CREATE TABLE "category_labels" (
	"category_id" uuid NOT NULL,
	"language" text NOT NULL,
	"label" text NOT NULL,
	"reviewed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "category_labels_category_id_language_pk" PRIMARY KEY("category_id","language")
);
--> statement-breakpoint
CREATE TABLE "topic_labels" (
	"topic_id" uuid NOT NULL,
	"language" text NOT NULL,
	"label" text NOT NULL,
	"reviewed" boolean DEFAULT false NOT NULL,
	"aliases" text[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "topic_labels_topic_id_language_pk" PRIMARY KEY("topic_id","language")
);
--> statement-breakpoint
CREATE TABLE "topics" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"type" text NOT NULL,
	"external_ids" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "topics_slug_check" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
	CONSTRAINT "topics_type_check" CHECK ("type" in ('person', 'organisation', 'place', 'event', 'subject', 'series'))
);
--> statement-breakpoint
ALTER TABLE "article_authors" ADD CONSTRAINT "article_authors_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_authors" ADD CONSTRAINT "article_authors_author_id_authors_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_categories" ADD CONSTRAINT "article_categories_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_categories" ADD CONSTRAINT "article_categories_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_images" ADD CONSTRAINT "article_images_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_images" ADD CONSTRAINT "article_images_image_id_images_id_fk" FOREIGN KEY ("image_id") REFERENCES "public"."images"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_topics" ADD CONSTRAINT "article_topics_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_topics" ADD CONSTRAINT "article_topics_topic_id_topics_id_fk" FOREIGN KEY ("topic_id") REFERENCES "public"."topics"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "articles" ADD CONSTRAINT "articles_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "articles" ADD CONSTRAINT "articles_original_language_languages_tag_fk" FOREIGN KEY ("original_language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "articles" ADD CONSTRAINT "articles_section_id_categories_id_fk" FOREIGN KEY ("section_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_target_id_articles_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "captions" ADD CONSTRAINT "captions_image_id_images_id_fk" FOREIGN KEY ("image_id") REFERENCES "public"."images"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "captions" ADD CONSTRAINT "captions_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "captions" ADD CONSTRAINT "captions_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "captions" ADD CONSTRAINT "captions_pair_fk" FOREIGN KEY ("translated_from","image_id") REFERENCES "public"."captions"("id","image_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_of_language_languages_tag_fk" FOREIGN KEY ("of_language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_successor_id_articles_id_fk" FOREIGN KEY ("successor_id") REFERENCES "public"."articles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_slugs" ADD CONSTRAINT "former_slugs_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_slugs" ADD CONSTRAINT "former_slugs_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_slugs" ADD CONSTRAINT "former_slugs_edition_fk" FOREIGN KEY ("article_id","language") REFERENCES "public"."editions"("article_id","language") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_edition_fk" FOREIGN KEY ("article_id","language") REFERENCES "public"."editions"("article_id","language") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_edition_fk" FOREIGN KEY ("article_id","language") REFERENCES "public"."editions"("article_id","language") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_consumer_id_consumers_id_fk" FOREIGN KEY ("consumer_id") REFERENCES "public"."consumers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_parent_fk" FOREIGN KEY ("parent_id","article_id") REFERENCES "public"."comments"("id","article_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partners" ADD CONSTRAINT "partners_consumer_id_consumers_id_fk" FOREIGN KEY ("consumer_id") REFERENCES "public"."consumers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_consumer_id_consumers_id_fk" FOREIGN KEY ("consumer_id") REFERENCES "public"."consumers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "images" ADD CONSTRAINT "images_credit_source_id_sources_id_fk" FOREIGN KEY ("credit_source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "renditions" ADD CONSTRAINT "renditions_image_id_images_id_fk" FOREIGN KEY ("image_id") REFERENCES "public"."images"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_names" ADD CONSTRAINT "source_names_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_names" ADD CONSTRAINT "source_names_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_default_language_languages_tag_fk" FOREIGN KEY ("default_language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_logo_id_images_id_fk" FOREIGN KEY ("logo_id") REFERENCES "public"."images"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "author_texts" ADD CONSTRAINT "author_texts_author_id_authors_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "author_texts" ADD CONSTRAINT "author_texts_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authors" ADD CONSTRAINT "authors_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authors" ADD CONSTRAINT "authors_portrait_id_images_id_fk" FOREIGN KEY ("portrait_id") REFERENCES "public"."images"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_parent_id_categories_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "category_labels" ADD CONSTRAINT "category_labels_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."categories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "category_labels" ADD CONSTRAINT "category_labels_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic_labels" ADD CONSTRAINT "topic_labels_topic_id_topics_id_fk" FOREIGN KEY ("topic_id") REFERENCES "public"."topics"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic_labels" ADD CONSTRAINT "topic_labels_language_languages_tag_fk" FOREIGN KEY ("language") REFERENCES "public"."languages"("tag") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "article_authors_author_idx" ON "article_authors" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "article_categories_category_idx" ON "article_categories" USING btree ("category_id");--> statement-breakpoint
CREATE INDEX "article_images_image_idx" ON "article_images" USING btree ("image_id");--> statement-breakpoint
CREATE UNIQUE INDEX "article_images_lead_key" ON "article_images" USING btree ("article_id") WHERE role = 'lead';--> statement-breakpoint
CREATE INDEX "article_topics_topic_idx" ON "article_topics" USING btree ("topic_id");--> statement-breakpoint
CREATE INDEX "articles_section_idx" ON "articles" USING btree ("section_id");--> statement-breakpoint
CREATE INDEX "articles_source_idx" ON "articles" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "pins_article_idx" ON "pins" USING btree ("article_id","group");--> statement-breakpoint
CREATE INDEX "pins_target_idx" ON "pins" USING btree ("target_id");--> statement-breakpoint
CREATE UNIQUE INDEX "captions_article_key" ON "captions" USING btree ("article_id","image_id","language");--> statement-breakpoint
CREATE UNIQUE INDEX "captions_created_key" ON "captions" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "captions_updated_key" ON "captions" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "captions_pair_idx" ON "captions" USING btree ("translated_from");--> statement-breakpoint
CREATE UNIQUE INDEX "editions_slug_key" ON "editions" USING btree ("slug","language");--> statement-breakpoint
CREATE UNIQUE INDEX "editions_original_key" ON "editions" USING btree ("article_id") WHERE method = 'original';--> statement-breakpoint
CREATE INDEX "former_slugs_article_idx" ON "former_slugs" USING btree ("article_id");--> statement-breakpoint
CREATE UNIQUE INDEX "postings_newest_key" ON "postings" USING btree ("kind","facet","language","published_at","article_id");--> statement-breakpoint
CREATE UNIQUE INDEX "postings_updated_key" ON "postings" USING btree ("language","updated_at","article_id") WHERE kind = 'all';--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "api_keys_consumer_idx" ON "api_keys" USING btree ("consumer_id");--> statement-breakpoint
CREATE INDEX "changes_transaction_idx" ON "changes" USING btree ("transaction","position");--> statement-breakpoint
CREATE INDEX "comments_parent_idx" ON "comments" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "comments_newest_idx" ON "comments" USING btree ("article_id","created_at","id") WHERE state = 'approved';--> statement-breakpoint
CREATE INDEX "comments_liked_idx" ON "comments" USING btree ("article_id","likes","id") WHERE state = 'approved';--> statement-breakpoint
CREATE INDEX "comments_all_idx" ON "comments" USING btree ("created_at","id") WHERE state = 'approved';--> statement-breakpoint
CREATE UNIQUE INDEX "consumers_slug_key" ON "consumers" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_change_key" ON "deliveries" USING btree ("webhook_id","change_position");--> statement-breakpoint
CREATE INDEX "deliveries_due_idx" ON "deliveries" USING btree ("next_attempt_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "external_keys_id_idx" ON "external_keys" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "partners_slug_key" ON "partners" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "webhooks_url_key" ON "webhooks" USING btree ("consumer_id","url");--> statement-breakpoint
CREATE UNIQUE INDEX "languages_position_key" ON "languages" USING btree ("position");--> statement-breakpoint
CREATE UNIQUE INDEX "images_url_key" ON "images" USING btree (md5("url"));--> statement-breakpoint
CREATE UNIQUE INDEX "images_created_key" ON "images" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "images_updated_key" ON "images" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "images_credit_idx" ON "images" USING btree ("credit_source_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sources_slug_key" ON "sources" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "sources_updated_key" ON "sources" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "sources_logo_idx" ON "sources" USING btree ("logo_id");--> statement-breakpoint
CREATE UNIQUE INDEX "authors_slug_key" ON "authors" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "authors_updated_key" ON "authors" USING btree ("updated_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "authors_source_key" ON "authors" USING btree ("source_id","slug");--> statement-breakpoint
CREATE INDEX "authors_portrait_idx" ON "authors" USING btree ("portrait_id");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_slug_key" ON "categories" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_rail_key" ON "categories" USING btree ("rail_position");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_order_key" ON "categories" USING btree ("position","id");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_updated_key" ON "categories" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "categories_parent_idx" ON "categories" USING btree ("parent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "topics_slug_key" ON "topics" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "topics_type_key" ON "topics" USING btree ("type","slug");--> statement-breakpoint
CREATE UNIQUE INDEX "topics_updated_key" ON "topics" USING btree ("updated_at","id");--> statement-breakpoint
CREATE VIEW "public"."visible_editions" AS (select "editions"."article_id", "editions"."language", "editions"."slug", "editions"."published_at", "editions"."updated_at", "editions"."method" from "editions" inner join "articles" on "articles"."id" = "editions"."article_id" where "editions"."state" = 'published' and "editions"."published_at" <= now()
        and ("editions"."unpublish_at" is null or "editions"."unpublish_at" > now())
        and ("articles"."embargo_until" is null or "articles"."embargo_until" <= now()));--> statement-breakpoint
CREATE VIEW "public"."visible_postings" AS (select "kind", "facet", "language", "article_id", "published_at", "updated_at", "embargo_until", "unpublish_at", "original", "show_in_related" from "postings" where "postings"."published_at" <= now() and ("postings"."unpublish_at" is null or "postings"."unpublish_at" > now())
        and ("postings"."embargo_until" is null or "postings"."embargo_until" <= now()));