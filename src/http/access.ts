import type { RouteOptions } from 'fastify'
import fp from 'fastify-plugin'

/** The door: a route that does not say who may enter stops the boot, so none is forgotten. */
export default fp(
  async app => {
    const routes: RouteOptions[] = []
    app.addHook('onRoute', route => void routes.push(route))
    app.addHook('onReady', async () => {
      const silent = routes.find(route => !route.config?.access)
      if (silent) throw new Error(`${silent.method} ${silent.url} does not say who may enter (config.access)`)
    })
  },
  { name: 'access' }
)
