import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { groupNames, Related } from '../../contract/article.ts'
import { problem, readProblems } from '../../contract/errors.ts'
import { Instant, LanguageParameter, Ref } from '../../contract/primitives.ts'
import { cacheGroup } from '../../lib/cache-group.ts'
import { articleAnswers, articles } from '../../resources/articles/resource.ts'
import type { Include } from '../include.ts'
import { subjectOf } from '../subject.ts'
import { type Group, relatedLists } from './lists.ts'

const usual = 6
const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 20, default: usual, description: 'Items in each list' })
)

const parameters = {
  explain: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1: say why each item is there' })),
  asOf: Type.Optional({ ...Instant, description: 'Compute the related lists as of this instant; default: now' })
}

interface Query {
  groups?: string
  variety?: number
  explain?: number
  asOf?: string
  limit?: number
}

const askedOf = ({ explain, asOf, groups, variety = 1, limit: wanted = usual }: Query) => ({
  variety: variety === 1,
  limit: wanted,
  groups: groups === undefined ? null : (groups.split(',') as Group[]),
  explain: explain === 1,
  asOf: asOf === undefined ? null : new Date(asOf).toISOString()
})

const word = `(${groupNames.join('|')})`
const groups = Type.Optional(
  Type.String({
    pattern: `^${word}(,${word})*$`,
    maxLength: 100,
    description: `Only these groups, joined by commas, and no rails: ${groupNames.join(', ')}`
  })
)

const variety = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 1,
    default: 1,
    description: '0: also copies of one story, and any number of reports of one event'
  })
)

const statements = 3

/** `include=related`: all groups and rails of the reader's page. */
export const relatedInclude: Include = {
  schema: Related,
  statements,
  parameters,
  load: ({ db, context }, { id }, query) => relatedLists(db, context, id, askedOf(query as Query)),
  groups: related => groupsOf(related)
}

/** Any of the shown items, and any new posting, can change the lists. */
function groupsOf({ groups, rails }: { groups: List[]; rails: List[] }): string[] {
  return ['articles', ...[...groups, ...rails].flatMap(list => list.items.map(item => cacheGroup('article', item.id)))]
}

interface List {
  items: { id: string }[]
}

/** `GET /v1/articles/:key/related`: the same lists alone. */
export function relatedRoutes(app: FastifyInstance) {
  app.get<{ Params: { key: string }; Querystring: Query }>('/articles/:key/related', {
    config: {
      access: 'public',
      cache: 'read',
      languages: true,
      previews: true,
      statements: statements + articles.statements.find,
      groups: (answer: { groups: List[]; rails: List[] }) => groupsOf(answer)
    },
    schema: {
      operationId: 'getRelated',
      tags: ['Reading'],
      summary: 'Related lists and rails beside an article',
      params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 200, description: articles.key }) }),
      querystring: Type.Object(
        { language: Type.Optional(LanguageParameter), ...parameters, limit, groups, variety },
        { additionalProperties: false }
      ),
      response: {
        200: { description: 'Groups and rails', ...Ref(Related) },
        ...articleAnswers,
        ...readProblems,
        404: problem('There is no such article')
      }
    },
    handler: async request => {
      const { db, context, params, query } = request
      const id = await subjectOf(db, context, params.key, 'related')
      return relatedLists(db, context, id, askedOf(query))
    }
  })
}
