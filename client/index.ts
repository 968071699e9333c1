import createFetchClient, { type ClientOptions } from 'openapi-fetch'
import type { components, paths } from './generated.ts'

/** The named types of the API, for frontends. */
export type Schemas = components['schemas']
export type Article = Schemas['Article']
export type Problem = Schemas['Problem']

/** A typed client: paths, parameters and answers are those of the OpenAPI document. */
export const createClient = (options: ClientOptions) => createFetchClient<paths>(options)
