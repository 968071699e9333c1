import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ApiError, invalidParameter, notFound, problem, readProblems, writeProblems } from '../../contract/errors.ts'
import { Id, LanguageTag, NoParameters, Ref, Word } from '../../contract/primitives.ts'
import { tell } from './log.ts'
import { addSnapshot, dropSnapshot, type LogPage, readLog } from './queries.ts'
import { ChangePage, loggedNouns, Position, Snapshot, SnapshotInput } from './schema.ts'

interface Query {
  after?: string
  limit: number
  noun?: string
  language?: string
  wait: number
}

/** How long, in milliseconds, who waits believes that nothing came while the database does not tell. */
const look = 1_000
/** So many times who waits looks at once when something came; if nothing of it was asked for, once a second from then on. */
const eager = 4

/** `GET /v1/desk/changes` and the snapshots: how others follow the newsroom without missing anything. */
export function changeRoutes(app: FastifyInstance) {
  const numbered = (request: FastifyRequest) =>
    app.numbering
      .number()
      .catch(error => tell(request.log, error, 'changes were not numbered; what has a position is shown'))
  listRoute(app, numbered)
  snapshotRoutes(app, numbered)
}

type Numbered = (request: FastifyRequest) => Promise<unknown>

function listRoute(app: FastifyInstance, numbered: Numbered) {
  const querystring = Type.Object(
    {
      after: Type.Optional({
        ...Position,
        description: '`next` of the page before; none: from the oldest that is kept'
      }),
      limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
      noun: Type.Optional(Word(loggedNouns, { description: 'Only of this noun; `next` passes over the others' })),
      language: Type.Optional({ ...LanguageTag, description: 'Only in this language; `next` passes over the others' }),
      wait: Type.Integer({
        minimum: 0,
        maximum: 25,
        default: 0,
        description: 'Seconds to wait for the next one when there is nothing yet'
      })
    },
    { additionalProperties: false }
  )
  app.get<{ Querystring: Query }>('/desk/changes', {
    config: { access: 'log:read', cache: 'desk', statements: 32 },
    schema: {
      operationId: 'listChanges',
      tags: ['Desk'],
      summary: 'What happened in the newsroom, in order and without gaps',
      querystring: Type.Partial(querystring, { additionalProperties: false }),
      response: {
        200: { description: 'What happened after the position', ...Ref(ChangePage) },
        ...readProblems,
        410: problem('What came after the position is no longer kept: take a snapshot and copy the newsroom')
      }
    },
    handler: async (request, reply) => {
      const { items, next, more } = await follow(app, request, reply, numbered)
      const [path, query] = request.url.split('?')
      const parameters = new URLSearchParams(query)
      parameters.set('after', next)
      reply.header('link', `<${path}?${parameters}>; rel="next"`)
      return { items, next, more }
    }
  })
}

/** The page that was asked for; while it is empty, and may be waited for, the next one. */
async function follow(
  { numbering: { arrivals } }: FastifyInstance,
  request: FastifyRequest<{ Querystring: Query }>,
  reply: FastifyReply,
  numbered: Numbered
) {
  const { limit, noun, language, wait } = request.query
  const end = Date.now() + wait * 1_000
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  let after = request.query.after
  for (let round = 1; ; round++) {
    const seen = arrivals.count
    await numbered(request)
    const page = mustBeKept(await readLog(request.db, { after, limit, noun, language }), after)
    const rest = () => end - Date.now()
    if (page.items.length > 0 || page.more || rest() <= 0 || arrivals.hasEnded || left.signal.aborted) return page
    after = page.next
    await arrivals.wait(seen, arrivals.isListening ? rest() : Math.min(rest(), look), left.signal)
    if (round > eager) await arrivals.wait(arrivals.count, Math.min(rest(), look), left.signal)
  }
}

function mustBeKept(page: LogPage, after: string | undefined): LogPage {
  if (after === undefined) return page
  if (BigInt(after) > BigInt(page.head))
    throw invalidParameter('after', `Nothing has this position yet; the newest is ${page.head}.`)
  if (BigInt(after) >= BigInt(page.trimmed)) return page
  throw new ApiError(
    'log-trimmed',
    `The log begins after position ${page.trimmed}. Take a snapshot (POST /v1/desk/changes/snapshots), copy the newsroom, and go on from its position.`
  )
}

function snapshotRoutes(app: FastifyInstance, numbered: Numbered) {
  app.post<{ Body: { hours: number } }>('/desk/changes/snapshots', {
    config: { access: 'log:write', write: 'create', cache: 'desk', statements: 10 },
    // Before the transaction begins, as the clock would be locked until its end.
    preHandler: async request => void (await numbered(request)),
    schema: {
      operationId: 'createSnapshot',
      tags: ['Desk'],
      summary: 'Begin a copy of the newsroom: nothing after its position is removed from the log until it expires',
      querystring: NoParameters,
      body: Ref(SnapshotInput),
      response: {
        201: { description: 'Made; Location is its address', ...Ref(Snapshot) },
        ...writeProblems
      }
    },
    handler: async (request, reply) => {
      const snapshot = await addSnapshot(request.db, request.body.hours)
      reply.code(201).header('location', `/v1/desk/changes/snapshots/${snapshot.id}`)
      return snapshot
    }
  })

  app.delete<{ Params: { id: string } }>('/desk/changes/snapshots/:id', {
    config: { access: 'log:write', write: 'act', cache: 'desk', statements: 10 },
    schema: {
      operationId: 'removeSnapshot',
      tags: ['Desk'],
      summary: 'Give a snapshot up: the copy is made',
      querystring: NoParameters,
      params: Type.Object({ id: Id }),
      response: {
        204: { type: 'null', description: 'Removed' },
        ...writeProblems,
        404: problem('There is no such snapshot')
      }
    },
    handler: async (request, reply) => {
      const { id } = request.params
      if (!(await dropSnapshot(request.db, id))) throw notFound('Snapshot', id)
      reply.code(204)
      return null
    }
  })
}
