import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { notFound, overwriteProblems, problem, readProblems } from '../contract/errors.ts'
import { LanguageTag, paging, NoParameters as querystring, Ref } from '../contract/primitives.ts'
import { compareRevisions } from '../resources/articles/editions/compare.ts'
import { findEdition } from '../resources/articles/editions/queries.ts'
import { findRevisions, listRevisions } from '../resources/articles/editions/revision-queries.ts'
import {
  RevisionComparison,
  RevisionNumber,
  RevisionPage,
  RevisionRecord
} from '../resources/articles/editions/revision-schema.ts'
import { restoreRevision } from '../resources/articles/editions/save.ts'
import { EditionRecord } from '../resources/articles/editions/schema.ts'
import { openCursor, sealCursor } from './cursors.ts'
import { article, editionOf, ofEdition } from './edition-routes.ts'
import { mustMatch } from './writes.ts'

const base = '/desk/articles/:key/editions/:language/revisions'
const config = { access: 'articles:read', cache: 'desk', statements: 10 } as const
const ofRevision = Type.Object({ key: article, language: LanguageTag, number: RevisionNumber })
const absent = { 404: problem('There is no such revision, or the caller may not know of it') }

/** The saved states of an edition: read, compared and brought back. History itself never changes. */
export function revisionRoutes(app: FastifyInstance) {
  readRoutes(app)
  compareRoute(app)
  restoreRoute(app)
}

function readRoutes(app: FastifyInstance) {
  app.get<{ Querystring: { limit: number; cursor?: string } }>(base, {
    config,
    schema: {
      operationId: 'listRevisions',
      tags: ['Desk'],
      summary: 'The saved states of an edition, newest first',
      params: ofEdition,
      querystring: Type.Partial(Type.Object(paging), { additionalProperties: false }),
      response: { 200: { description: 'One page of its revisions', ...Ref(RevisionPage) }, ...readProblems, ...absent }
    },
    handler: async request => {
      const { limit, cursor } = request.query
      const { place } = await editionOf(request, false)
      const list = JSON.stringify(['revisions', place.article, place.language])
      const after = await openCursor(app, list, cursor)
      const { items, next } = await listRevisions(request.db, place, { limit, after })
      return { items, next: await sealCursor(app, list, next) }
    }
  })
  app.get<{ Params: { number: number } }>(`${base}/:number`, {
    config,
    schema: {
      operationId: 'getRevision',
      tags: ['Desk'],
      summary: 'Read one saved state of an edition, whole',
      params: ofRevision,
      querystring,
      response: { 200: { description: 'The revision', ...Ref(RevisionRecord) }, ...readProblems, ...absent }
    },
    handler: async request => {
      const { place } = await editionOf(request, false)
      const { number } = request.params
      const found = (await findRevisions(request.db, place.article, place.language, [number])).get(number)
      if (!found) throw notFound('revision', String(number))
      return found
    }
  })
}

function compareRoute(app: FastifyInstance) {
  app.get<{ Querystring: { from?: number; to?: number } }>(`${base}/compare`, {
    config,
    schema: {
      operationId: 'compareRevisions',
      tags: ['Desk'],
      summary: 'What differs between two saved states: members by name, blocks by key',
      params: ofEdition,
      querystring: Type.Object(
        {
          from: Type.Optional({ ...RevisionNumber, description: 'Default: what readers see or would see' }),
          to: Type.Optional({ ...RevisionNumber, description: 'Default: the newest' })
        },
        { additionalProperties: false }
      ),
      response: { 200: { description: 'The differences', ...Ref(RevisionComparison) }, ...readProblems, ...absent }
    },
    handler: async request => {
      const { place, edition } = await editionOf(request, false)
      const { from = edition.revision, to = edition.head } = request.query
      const found = await findRevisions(request.db, place.article, place.language, [from, to])
      for (const number of [from, to]) if (!found.has(number)) throw notFound('revision', String(number))
      return compareRevisions(found.get(from)!, found.get(to)!)
    }
  })
}

function restoreRoute(app: FastifyInstance) {
  app.post<{ Params: { number: number } }>(`${base}/:number/restore`, {
    config: { ...config, access: 'articles:write', write: 'overwrite', statements: 25 },
    schema: {
      operationId: 'restoreRevision',
      tags: ['Desk'],
      summary: 'Save the words of an earlier revision as the newest; readers see them when they are published',
      params: ofRevision,
      querystring,
      response: { 200: { description: 'The edition as it is now', ...Ref(EditionRecord) }, ...overwriteProblems }
    },
    handler: async request => {
      const { place, edition } = await editionOf(request, true)
      mustMatch(request, edition.version)
      const { number } = request.params
      if (!(await restoreRevision(request.db, place, edition, number))) throw notFound('revision', String(number))
      return findEdition(request.db, place.article, place.language)
    }
  })
}
