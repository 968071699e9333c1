import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { invalidParameter, readProblems } from '../contract/errors.ts'
import { Ref } from '../contract/primitives.ts'
import { editionOrders, listEditions } from '../features/desk-lists/edition-queries.ts'
import { listLabels } from '../features/desk-lists/label-queries.ts'
import * as lists from '../features/desk-lists/schema.ts'
import { listTranslations, translationOrders } from '../features/desk-lists/translation-queries.ts'
import type { Place } from '../lib/cursor.ts'
import { scopesFor } from '../lib/scope.ts'
import { openCursor, sealCursor } from './cursors.ts'
import { refuseLanguage } from './languages.ts'

interface Asked<Filter> {
  request: FastifyRequest
  filter: Filter
  limit: number
  order: string
  after: Place | null
  /** Those of the house. */
  languages: string[]
}

/** A list that crosses nouns: how it is asked for, and what reads a page of it. */
interface DeskList<Filter> {
  name: string
  access: 'articles:read' | readonly ['categories:read', 'topics:read']
  operationId: string
  summary: string
  querystring: TSchema
  page: TSchema
  read(asked: Asked<Filter>): Promise<{ items: object[]; next: Place | null }>
}

const translations: DeskList<lists.TranslationFilter> = {
  name: 'translations',
  access: 'articles:read',
  operationId: 'listTranslationTasks',
  summary: 'Translations that are missing or stale, by language, section and age',
  querystring: lists.translationParameters,
  page: lists.TranslationTaskPage,
  read({ request: { db, grants }, filter, languages, order, ...page }) {
    if (filter.state === 'missing' && !filter.language)
      throw invalidParameter('language', 'Say into which language translations are missing.')
    return listTranslations(db, grants, { filter, languages }, { ...page, order: translationOrders[order]! })
  }
}

const editions: DeskList<lists.EditionFilter> = {
  name: 'editions',
  access: 'articles:read',
  operationId: 'listEditions',
  summary: 'Editions by state, language and section, those changed last first',
  querystring: lists.editionParameters,
  page: lists.QueuedEditionPage,
  read: ({ request: { db, grants }, filter, order, ...page }) =>
    listEditions(db, grants, filter, { ...page, order: editionOrders[order]! })
}

const plurals = { category: 'categories', topic: 'topics' } as const

const labels: DeskList<lists.LabelFilter> = {
  name: 'labels',
  access: ['categories:read', 'topics:read'],
  operationId: 'listLabelTasks',
  summary: 'Labels that nobody has reviewed, or that are missing, in a language',
  querystring: lists.labelParameters,
  page: lists.LabelTaskPage,
  async read({ request: { db, grants }, filter, limit, after }) {
    const nouns = lists.labelNouns.filter(
      noun => (!filter.noun || noun === filter.noun) && scopesFor(grants, plurals[noun], 'read').length > 0
    )
    return nouns.length > 0 ? listLabels(db, nouns, filter, { limit, after }) : { items: [], next: null }
  }
}

/** What the desk has before it, as lists with signed cursors, narrowed to what the caller's scopes reach. */
export function deskListRoutes(app: FastifyInstance) {
  listRoute(app, translations)
  listRoute(app, editions)
  listRoute(app, labels)
}

type Query = { limit: number; order: string; cursor?: string; language?: string } & Record<string, unknown>

function listRoute<Filter>(app: FastifyInstance, list: DeskList<Filter>) {
  const { name, access, operationId, summary, querystring, page } = list
  app.get(`/desk/${name}`, {
    config: { access, cache: 'desk', statements: 2 },
    schema: {
      operationId,
      tags: ['Desk'],
      summary,
      querystring,
      response: { 200: { description: 'One page of the list', ...Ref(page) }, ...readProblems }
    },
    handler: async request => {
      const { cursor, limit, order, ...filter } = request.query as Query
      const languages = (await app.house()).languages.map(({ tag }) => tag)
      if (filter.language && !languages.includes(filter.language)) refuseLanguage(filter.language, languages)
      const bound = JSON.stringify(['desk', name, order, Object.entries(filter).sort()])
      const after = await openCursor(app, bound, cursor)
      const { items, next } = await list.read({ request, filter: filter as Filter, limit, order, after, languages })
      return { items, next: await sealCursor(app, bound, next) }
    }
  })
}
