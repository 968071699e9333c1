import statics from '@fastify/static'
import ui from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** Routes that other packages register are public and stay out of the document. */
function openToAll(app: FastifyInstance) {
  app.addHook('onRoute', route => {
    route.config = { ...route.config, access: 'public' }
    route.schema = { ...route.schema, hide: true }
  })
}

/** The pictures of the house, under names that are hashes of their bytes and so never change. */
export async function pictures(app: FastifyInstance, { folder }: { folder: string }) {
  openToAll(app)
  await app.register(statics, {
    root: folder,
    prefix: '/media/',
    index: false,
    dotfiles: 'deny',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
    setHeaders: reply => {
      reply.header('x-content-type-options', 'nosniff')
      reply.header('content-security-policy', "default-src 'none'; sandbox")
    }
  })
}

/** The reference page at `/docs`; all its assets come with the package, so it works offline. */
export async function referencePage(app: FastifyInstance) {
  openToAll(app)
  await app.register(ui, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true, defaultModelsExpandDepth: 0 },
    theme: {
      title: 'Broadsheet',
      css: [{ filename: 'broadsheet.css', content: '.swagger-ui .topbar { display: none }' }]
    },
    staticCSP: true
  })
}
