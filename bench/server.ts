import Fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDatabase } from '../src/db/client.ts'
import { limit } from './limit.ts'

/** One server under measurement, as a process of its own: the house, the same bytes from memory (L2), or one statement passed through (L3). */

interface Order {
  kind: 'house' | 'memory' | 'statement'
  url: string
  page: 'article' | 'list'
  key: string
  bytes: string
}

/** Whatever ends the bench ends its servers. */
process.once('disconnect', () => process.exit())

process.once('message', async (order: Order) => {
  const app = await builders[order.kind](order)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  process.send!({ address })
  process.on('message', () => process.send!({ cpu: process.cpuUsage() }))
})

const builders: Record<Order['kind'], (order: Order) => Promise<FastifyInstance>> = {
  house: ({ url }) =>
    buildApp(
      readConfig({ LOG_LEVEL: 'silent' }),
      openDatabase({ connection: { connectionString: url }, size: 10, statementTimeout: 30_000 })
    ),

  async memory({ bytes }) {
    const app = Fastify()
    app.get('/page', async (_request, reply) => reply.type('application/json; charset=utf-8').send(bytes))
    return app
  },

  async statement({ url, page, key }) {
    const pool = new pg.Pool({ connectionString: url, max: 10, options: '-c timezone=UTC -c jit=off' })
    const app = Fastify()
    app.get('/page', async (_request, reply) => {
      const { rows } = await pool.query({ name: page, text: limit[page], values: [key] })
      return reply.type('application/json; charset=utf-8').send(rows[0].page)
    })
    return app
  }
}
