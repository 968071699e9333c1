import { Article, ArticlePage, type ArticleView, articleViews } from '../../contract/article.ts'
import { type BodyFormat, bodyFormats } from '../../contract/body.ts'
import { ApiError, problem } from '../../contract/errors.ts'
import { Moved } from '../../contract/moved.ts'
import { Word } from '../../contract/primitives.ts'
import type { Context } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { cacheGroup } from '../../lib/cache-group.ts'
import { defineResource, type Query } from '../resource.ts'
import { renderBody } from './body.ts'
import { count, estimate, list, orders } from './list-queries.ts'
import { explainAbsence, find, identify } from './queries.ts'
import { ArticleFilter } from './schema.ts'

const view = (initial: ArticleView) =>
  Word(Object.keys(articleViews), {
    default: initial,
    description: 'How much of an article: card, list (more) or full (all)'
  })

const fallback = (initial: 'chain' | 'none') =>
  Word(['chain', 'none'], {
    default: initial,
    description:
      '`chain`: where the language is missing, the next of its chain, then the original. `none`: nothing else'
  })

const parameters = {
  body: Word(bodyFormats, { default: 'blocks', description: 'The form of the body in view=full' }),
  labels: Word(['reviewed', 'all'], {
    default: 'reviewed',
    description: 'Labels nobody has reviewed are shown only with `all`'
  })
}

interface Options {
  view: ArticleView
  fallback: 'chain' | 'none'
  order: string
  body: BodyFormat
}

/** Fields asked for that the view lacks widen it: nothing a client asks for is silently left out. */
function optionsOf(query: Query): Options {
  const options = query as unknown as Options & { fields?: string }
  const fields = options.fields?.split(',') ?? []
  const views = ['card', 'list', 'full'] as const
  const wide = views.slice(views.indexOf(options.view))
  return { ...options, view: wide.find(view => fields.every(field => articleViews[view].includes(field))) ?? 'full' }
}

async function findArticle(db: Db, context: Context, key: string, query: Query): Promise<Article | undefined> {
  const options = optionsOf(query)
  const article = await find(db, context, key, options)
  if (article) return renderBody(article, options.body)
  return absent(db, context, key, options.fallback)
}

/** The id of the article in an address, for what stands below it: absent as the article would be. */
export const identifyArticle = async (db: Db, context: Context, key: string): Promise<string | undefined> =>
  (await identify(db, context, key)) ?? absent(db, context, key, 'chain')

/** An article that moved or was withdrawn says so; of others nobody may know. */
async function absent(db: Db, context: Context, key: string, fallback: 'chain' | 'none'): Promise<undefined> {
  const absence = await explainAbsence(db, context, key, fallback)
  if (absence?.movedTo) throw new Moved(`/v1/articles/${absence.movedTo}`)
  if (!absence) return undefined
  const { withdrawnAt, reason, successor } = absence
  throw new ApiError('gone', `The article was withdrawn: ${reason}`, {
    reason: reason!,
    withdrawnAt: withdrawnAt!,
    ...(successor ? { successor: `/v1/articles/${successor}` } : {})
  })
}

/** What only articles can answer: they move and are withdrawn. */
export const articleAnswers = {
  301: {
    type: 'null',
    description: 'The article has another slug now',
    headers: { location: { type: 'string', description: 'The same request at its present address' } }
  },
  410: problem('The article was withdrawn: when, why, and what stands in its place')
}

/** Everything an article's bytes are made of: when one of these changes, the answer has. */
function groupsOf({ id, authors = [], source, section, categories = [], topics = [], images = [], image }: Article) {
  const groups = [cacheGroup('article', id)]
  for (const author of authors) groups.push(cacheGroup('author', author.id))
  if (source) groups.push(cacheGroup('source', source.id))
  if (section) groups.push(cacheGroup('category', section.id))
  for (const category of categories) groups.push(cacheGroup('category', category.id))
  for (const topic of topics) groups.push(cacheGroup('topic', topic.id))
  if (image) groups.push(cacheGroup('image', image.id))
  for (const use of images) groups.push(cacheGroup('image', use.id))
  return groups
}

export const articles = defineResource<Article>({
  name: 'articles',
  noun: 'Article',
  item: Article,
  page: ArticlePage,
  includable: ['related', 'comments'],
  key: 'Id, or slug in any language of the house',
  filter: ArticleFilter.properties,
  orders,
  defaultOrder: '-publishedAt',
  parameters: { ...parameters, view: view('card'), fallback: fallback('none') },
  findParameters: { view: view('full'), fallback: fallback('chain') },
  previews: true,
  answers: articleAnswers,
  statements: { list: 3, find: 2 },
  find: findArticle,
  async list(db, context, query, window) {
    const options = optionsOf(query)
    const page = await list(db, context, query as ArticleFilter, window, options)
    return { ...page, items: page.items.map(item => renderBody(item as Article, options.body)) }
  },
  count: (db, context, query, kind) =>
    (kind === 'exact' ? count : estimate)(db, context, query as ArticleFilter, optionsOf(query)),
  groups: groupsOf
})
