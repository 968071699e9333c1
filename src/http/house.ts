import fp from 'fastify-plugin'
import type { Db } from '../db/client.ts'
import { rememberHouse } from '../db/house.ts'

/** Gives every request its database and the house. */
export default fp<{ db: Db }>(
  async (app, { db }) => {
    app.decorate('house', rememberHouse(db))
    app.decorateRequest('db', null as unknown as Db)
    app.addHook('onRequest', async request => {
      request.db = db.forRequest()
    })
  },
  { name: 'house' }
)
