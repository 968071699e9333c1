import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ApiError, notFound, overwriteProblems, problem, readProblems, writeProblems } from '../contract/errors.ts'
import { LanguageTag, NoParameters as querystring, Ref } from '../contract/primitives.ts'
import type { Db } from '../db/client.ts'
import { targetOf } from '../db/reach.ts'
import { resolveMentions } from '../db/references.ts'
import { isId } from '../lib/id.ts'
import { performMove, publishEdition } from '../resources/articles/editions/moves.ts'
import { findEdition, findWork, lockWorks } from '../resources/articles/editions/queries.ts'
import { type Move, moves } from '../resources/articles/editions/rules.ts'
import { createEdition, removeEdition, saveEdition } from '../resources/articles/editions/save.ts'
import { EditionChange, EditionInput, EditionRecord, Withdrawal } from '../resources/articles/editions/schema.ts'
import { isNarrowed, mustAlso, mustReach } from './access.ts'
import { mustMatch } from './writes.ts'

const base = '/desk/articles/:key/editions'
const desk = { cache: 'desk', statements: 25 } as const
export const article = Type.String({ minLength: 1, maxLength: 200, description: 'Id of the article' })
const ofArticle = Type.Object({ key: article })
export const ofEdition = Type.Object({ key: article, language: LanguageTag })
const absentProblem = { 404: problem('There is no such edition, or the caller may not know of it') }

interface Params {
  key: string
  language: string
}

/** Editions: what readers read, written and moved through their life per language. */
export function editionRoutes(app: FastifyInstance) {
  createRoute(app)
  findRoute(app)
  changeRoute(app)
  removeRoute(app)
  for (const move of ['submit', 'reopen', 'publish', 'unpublish', 'withdraw'] as const) moveRoute(app, move)
}

const lockWork = async (db: Db, article: string) => (await lockWorks(db, [article]))[0]

/** The work an edition belongs to; what the caller's scopes do not reach is not there, and who publishes must be let to. */
async function workOf(request: FastifyRequest, language: string, lock: boolean, publishes = false) {
  const { key } = request.params as Params
  const absent = notFound('Article', key.slice(0, 120))
  const work = isId(key) ? await (lock ? lockWork : findWork)(request.db, key) : undefined
  if (!work) throw absent
  const target = async () => ({ ...(await targetOf(request.db, work.section, work.source)), language })
  if (isNarrowed(request)) mustReach(request, await target(), absent)
  if (publishes) await mustAlso(request, 'articles:publish', target)
  return { article: key, language, originalLanguage: work.originalLanguage, actor: request.principal.id }
}

/** The edition an address names, with its place. */
export async function editionOf(request: FastifyRequest, lock: boolean, publishes = false) {
  const { language } = request.params as Params
  const place = await workOf(request, language, lock, publishes)
  const edition = await findEdition(request.db, place.article, language)
  if (!edition) throw notFound('edition', language)
  return { place, edition }
}

function createRoute(app: FastifyInstance) {
  app.post<{ Body: EditionInput }>(base, {
    config: { access: 'articles:write', write: 'create', ...desk },
    schema: {
      operationId: 'createEdition',
      tags: ['Desk'],
      summary: 'Write an article in one language: a draft, or published at once',
      params: ofArticle,
      querystring,
      body: Ref(EditionInput),
      response: {
        201: { description: 'Made; Location is its address', ...Ref(EditionRecord) },
        ...writeProblems,
        404: problem('There is no such article')
      }
    },
    handler: async (request, reply) => {
      const { language, publish } = request.body
      await resolveMentions(request.db, [{ pointer: '/language', table: 'languages', key: language }])
      const place = await workOf(request, language, true, publish)
      const address = `/v1/desk/articles/${place.article}/editions/${language}`
      if (await findEdition(request.db, place.article, language))
        throw new ApiError('duplicate', `The article has an edition in "${language}": ${address}.`, { other: address })
      await createEdition(request.db, place, request.body)
      if (publish) await publishEdition(request.db, place.article, language)
      reply.code(201).header('location', address)
      return findEdition(request.db, place.article, language)
    }
  })
}

function findRoute(app: FastifyInstance) {
  app.get(`${base}/:language`, {
    config: { access: 'articles:read', ...desk },
    schema: {
      operationId: 'getEdition',
      tags: ['Desk'],
      summary: 'Read an edition with its newest words, published or not',
      params: ofEdition,
      querystring,
      response: { 200: { description: 'The edition', ...Ref(EditionRecord) }, ...readProblems, ...absentProblem }
    },
    handler: async request => (await editionOf(request, false)).edition
  })
}

function changeRoute(app: FastifyInstance) {
  app.patch<{ Body: EditionChange }>(`${base}/:language`, {
    config: { access: 'articles:write', write: 'overwrite', ...desk },
    schema: {
      operationId: 'saveEdition',
      tags: ['Desk'],
      summary: 'Save an edition: a new revision; what readers see changes when it is published',
      params: ofEdition,
      querystring,
      body: Ref(EditionChange),
      response: { 200: { description: 'Saved', ...Ref(EditionRecord) }, ...overwriteProblems }
    },
    handler: async request => {
      const { publish } = request.body
      const { place, edition } = await editionOf(request, true, publish)
      mustMatch(request, edition.version)
      await saveEdition(request.db, place, edition, request.body)
      if (publish) await publishEdition(request.db, place.article, place.language)
      return findEdition(request.db, place.article, place.language)
    }
  })
}

function removeRoute(app: FastifyInstance) {
  app.delete(`${base}/:language`, {
    config: { access: 'articles:delete', write: 'overwrite', ...desk },
    schema: {
      operationId: 'removeEdition',
      tags: ['Desk'],
      summary: 'Remove an edition readers have never known, with its revisions',
      params: ofEdition,
      querystring,
      response: { 204: { type: 'null', description: 'Removed' }, ...overwriteProblems }
    },
    handler: async (request, reply) => {
      const { edition } = await editionOf(request, true)
      mustMatch(request, edition.version)
      await removeEdition(request.db, edition)
      reply.code(204)
      return null
    }
  })
}

const byPublisher: readonly Move[] = ['publish', 'unpublish', 'withdraw']

function moveRoute(app: FastifyInstance, move: Move) {
  const withdraws = move === 'withdraw'
  app.post<{ Body: { reason: string; successor?: string | null } }>(`${base}/:language/${move}`, {
    config: { access: byPublisher.includes(move) ? 'articles:publish' : 'articles:write', write: 'act', ...desk },
    schema: {
      operationId: `${move}Edition`,
      tags: ['Desk'],
      summary: moves[move].words,
      params: ofEdition,
      querystring,
      ...(withdraws ? { body: Ref(Withdrawal) } : {}),
      response: {
        200: { description: 'The edition as it is now', ...Ref(EditionRecord) },
        ...writeProblems,
        ...absentProblem
      }
    },
    handler: async request => {
      const { place, edition } = await editionOf(request, true)
      await performMove(request.db, move, edition, withdraws ? await withdrawal(request) : {})
      return findEdition(request.db, place.article, place.language)
    }
  })
}

async function withdrawal({ db, body }: FastifyRequest) {
  const { reason, successor = null } = body as { reason: string; successor?: string | null }
  const ids = await resolveMentions(db, [{ pointer: '/successor', table: 'articles', key: successor }])
  return { withdrawn_reason: reason, successor_id: ids.get('/successor') ?? null }
}
