import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { creditRoles, sourceTypes } from '../../contract/words.ts'
import { id, instant, oneOf, slugShape, stamps, word } from './columns.ts'
import { languages } from './languages.ts'

/** Who a story came from. Sources and images stand together because each points at the other: a logo, a credit. */
export const sources = pgTable(
  'sources',
  {
    id: id(),
    slug: text('slug').notNull(),
    type: word('type', [...sourceTypes]).notNull(),
    homepage: text('homepage'),
    country: text('country'),
    defaultLanguage: text('default_language').references(() => languages.tag),
    defaultCredit: text('default_credit'),
    defaultRights: text('default_rights'),
    logoId: uuid('logo_id').references((): AnyPgColumn => images.id),
    showInRelated: boolean('show_in_related').notNull().default(true),
    ...stamps()
  },
  table => [
    uniqueIndex('sources_slug_key').on(table.slug),
    uniqueIndex('sources_updated_key').on(table.updatedAt, table.id),
    index('sources_logo_idx').on(table.logoId),
    check('sources_slug_check', slugShape),
    check('sources_type_check', oneOf('type', sourceTypes)),
    check('sources_country_check', sql.raw(`country ~ '^[A-Z]{2}$'`))
  ]
)

export const sourceNames = pgTable(
  'source_names',
  {
    sourceId: uuid('source_id')
      .notNull()
      .references(() => sources.id, { onDelete: 'cascade' }),
    language: text('language')
      .notNull()
      .references(() => languages.tag),
    name: text('name').notNull()
  },
  table => [primaryKey({ columns: [table.sourceId, table.language] })]
)

/** A picture: in the house's own store (`file`) or at a remote address (`url`), never both. */
export const images = pgTable(
  'images',
  {
    id: id(),
    file: text('file'),
    url: text('url'),
    mime: text('mime'),
    width: integer('width'),
    height: integer('height'),
    bytes: bigint('bytes', { mode: 'number' }),
    sha256: text('sha256'),
    focalX: real('focal_x'),
    focalY: real('focal_y'),
    placeholder: text('placeholder'),
    dominantColour: text('dominant_colour'),
    creditName: text('credit_name'),
    creditRole: word('credit_role', [...creditRoles]),
    creditSourceId: uuid('credit_source_id').references((): AnyPgColumn => sources.id),
    rights: text('rights'),
    rightsExpireAt: instant('rights_expire_at'),
    ...stamps()
  },
  table => [
    uniqueIndex('images_url_key').on(sql`md5(${table.url})`),
    uniqueIndex('images_created_key').on(table.createdAt, table.id),
    uniqueIndex('images_updated_key').on(table.updatedAt, table.id),
    index('images_credit_idx').on(table.creditSourceId, table.createdAt, table.id),
    index('images_rights_idx').on(table.rightsExpireAt).where(sql`rights_expire_at is not null`),
    check('images_place_check', sql`(file is null) <> (url is null)`),
    check('images_size_check', sql`width > 0 and height > 0 and bytes >= 0`),
    check('images_focus_check', sql`focal_x between 0 and 1 and focal_y between 0 and 1`),
    check('images_focus_pair_check', sql`(focal_x is null) = (focal_y is null)`),
    check('images_credit_check', sql`(credit_name is null) = (credit_role is null)`),
    check('images_credit_role_check', oneOf('credit_role', creditRoles)),
    check('images_colour_check', sql.raw(`dominant_colour ~ '^#[0-9a-f]{6}$'`)),
    check('images_sha256_check', sql.raw(`sha256 ~ '^[0-9a-f]{64}$'`))
  ]
)

export const renditions = pgTable(
  'renditions',
  {
    imageId: uuid('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    file: text('file').notNull(),
    mime: text('mime').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull()
  },
  table => [primaryKey({ columns: [table.imageId, table.name] })]
)
