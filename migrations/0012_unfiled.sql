CREATE TABLE "unfiled" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"words" integer[] NOT NULL,
	"stories" integer[] NOT NULL,
	"buckets" integer[] NOT NULL,
	"sinces" integer[] NOT NULL,
	"places" integer[] NOT NULL,
	"postings" "bytea"[] NOT NULL,
	CONSTRAINT "unfiled_one_check" CHECK (id = 1)
);
