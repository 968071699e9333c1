import { Type } from 'typebox'
import { LanguageTag, Slug, Word } from '../../contract/primitives.ts'
import { sourceTypes } from '../../contract/words.ts'
import { slugOrders } from '../../db/keyset.ts'
import { defineDeskNoun } from '../desk.ts'
import { address, optionalId, text, wordFilter } from '../members.ts'

/** Sources as the desk writes them. */
export const sourceDesk = defineDeskNoun({
  name: 'sources',
  noun: 'Source',
  description: 'Who a story came from',
  members: {
    slug: Slug,
    type: Word(sourceTypes),
    homepage: Type.Optional(address),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
    defaultLanguage: Type.Optional(LanguageTag),
    defaultCredit: Type.Optional(text(500)),
    defaultRights: Type.Optional(text(2000)),
    logo: optionalId('Id of the image'),
    showInRelated: Type.Optional(
      Type.Boolean({ description: 'False keeps all its stories out of related lists; theirs stay' })
    )
  },
  texts: { name: text(500) },
  table: {
    table: 'sources',
    columns: {
      slug: 'r.slug',
      type: 'r.type',
      homepage: 'r.homepage',
      country: 'r.country',
      defaultLanguage: 'r.default_language',
      defaultCredit: 'r.default_credit',
      defaultRights: 'r.default_rights',
      logo: 'r.logo_id',
      showInRelated: 'r.show_in_related'
    },
    texts: { table: 'source_names', owner: 'source_id', columns: { name: 'name' } }
  },
  orders: slugOrders('r'),
  filters: { slug: { schema: Slug, column: 'r.slug' }, type: wordFilter(sourceTypes, 'r.type') },
  defaults: { showInRelated: true },
  mentions: ({ logo, defaultLanguage }) => [
    { pointer: '/logo', table: 'images', key: logo as string },
    { pointer: '/defaultLanguage', table: 'languages', key: defaultLanguage as string }
  ],
  toRow: ({ slug, type, homepage, country, defaultLanguage, defaultCredit, defaultRights, showInRelated }, ids) => ({
    slug,
    type,
    show_in_related: showInRelated,
    homepage,
    country,
    default_language: defaultLanguage,
    default_credit: defaultCredit,
    default_rights: defaultRights,
    logo_id: ids.get('/logo') ?? null
  })
})
