import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError, overwriteProblems, writeProblems } from '../contract/errors.ts'
import { NoParameters as querystring, Ref } from '../contract/primitives.ts'
import { storeFile } from '../db/media.ts'
import { findRecord, insertRecord, updateRecord } from '../db/records.ts'
import { newId } from '../lib/id.ts'
import { BrokenPicture } from '../lib/pictures/picture.ts'
import { kindOf, pictureTypes, readSize } from '../lib/pictures/read.ts'
import { imageDesk } from '../resources/images/desk.ts'
import { dropRenditions } from '../resources/images/desk-queries.ts'
import { params, recordAt } from './desk-routes.ts'
import { mustMatch } from './writes.ts'

/** What a newspaper's photograph in full size needs, and a little more. */
const largest = 20 * 1_048_576

/** What is known of a picture once it is stored; it stands in the place of its bytes from then on. */
interface Facts {
  file: string
  sha256: string
  bytes: number
  mime: string
  width: number
  height: number
}

const body = { description: `The bytes of a PNG, JPEG, GIF, WebP or AVIF picture, at most ${largest / 1_048_576} MiB` }
const config = { access: 'images:write', cache: 'desk', statements: 20 } as const

/** The files of pictures: bytes in, facts kept. Only these two addresses take media types of pictures. */
export async function pictureRoutes(app: FastifyInstance, { folder }: { folder: string }) {
  app.addContentTypeParser(pictureTypes, { parseAs: 'buffer', bodyLimit: largest }, (_request, bytes, done) =>
    done(null, bytes)
  )
  const stages = {
    preValidation: async ({ body }: FastifyRequest) => {
      if (!Buffer.isBuffer(body))
        throw new ApiError('unsupported-media-type', `Send the bytes of a picture as ${pictureTypes.join(', ')}.`)
    },
    // Bytes are on the disk before the transaction begins; what no row names in the end hurts nobody.
    preHandler: async (request: FastifyRequest) => {
      request.body = await keep(folder, request)
    }
  }
  createRoute(app, stages)
  replaceRoute(app, stages)
}

type Stages = Record<'preValidation' | 'preHandler', (request: FastifyRequest) => Promise<void>>

function createRoute(app: FastifyInstance, stages: Stages) {
  app.post('/desk/images/file', {
    config: { ...config, write: 'create' },
    schema: {
      operationId: 'createImageFromFile',
      tags: ['Desk'],
      summary: 'Create an image from the bytes of its picture',
      consumes: pictureTypes,
      querystring,
      body,
      response: { 201: { description: 'Made; Location is its address', ...Ref(imageDesk.record) }, ...writeProblems }
    },
    ...stages,
    handler: async ({ db, body }, reply) => {
      const id = newId()
      await insertRecord(db, imageDesk.table, { id, ...(body as Facts) })
      reply.code(201).header('location', `/v1/desk/images/${id}`)
      return findRecord(db, imageDesk.table, id)
    }
  })
}

function replaceRoute(app: FastifyInstance, stages: Stages) {
  app.put('/desk/images/:key/file', {
    config: { ...config, write: 'overwrite' },
    schema: {
      operationId: 'replaceImageFile',
      tags: ['Desk'],
      summary: 'Give an image another picture; what was said of the old one’s looks is dropped',
      consumes: pictureTypes,
      params,
      querystring,
      body,
      response: { 200: { description: 'Replaced', ...Ref(imageDesk.record) }, ...overwriteProblems }
    },
    ...stages,
    handler: async request => {
      const { db } = request
      const facts = request.body as Facts
      const before = await recordAt(request, imageDesk, true)
      mustMatch(request, before.version)
      if (before.file === facts.file) return before
      const id = String(before.id)
      await updateRecord(db, imageDesk.table, id, { url: null, placeholder: null, dominant_colour: null, ...facts })
      await dropRenditions(db, id)
      return findRecord(db, imageDesk.table, id)
    }
  })
}

/** Reads what the bytes say, and keeps them. What they begin as must be what they were sent as. */
async function keep(folder: string, { headers, body }: FastifyRequest): Promise<Facts> {
  const bytes = body as Buffer
  const kind = kindOf(bytes)
  if (!kind) throw new ApiError('unsupported-media-type', 'The bytes are no PNG, JPEG, GIF, WebP or AVIF picture.')
  const { mime, extension } = kind
  const sent = String(headers['content-type']).split(';')[0]!.trim().toLowerCase()
  if (sent !== mime) throw new ApiError('unsupported-media-type', `The bytes are ${mime}, not ${sent}.`)
  try {
    const size = readSize(kind, bytes)
    return { ...(await storeFile(folder, bytes, extension)), mime, ...size }
  } catch (error) {
    if (!(error instanceof BrokenPicture)) throw error
    throw new ApiError('invalid-picture', error.message)
  }
}
