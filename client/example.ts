import { createClient, type Problem } from './index.ts'

/** What a frontend does first: the newest headlines in French, and a story that is not there. */
export async function readFrontPage(baseUrl: string): Promise<{ headlines: string[]; missing: Problem | undefined }> {
  const client = createClient({ baseUrl })
  const { data } = await client.GET('/v1/articles', { params: { query: { language: 'fr', limit: 5 } } })
  const headlines = data?.items.map(article => `${article.headline} (${article.section?.label ?? article.slug})`) ?? []
  const { error } = await client.GET('/v1/articles/{key}', { params: { path: { key: 'no-such-story' } } })
  return { headlines, missing: error }
}
