/** What a key may do: an action on a resource, narrowed or not. Written `articles:write;language=fr,vi;section=politics`. */
export interface Scope {
  resource: string
  action: string
  language?: readonly string[]
  source?: readonly string[]
  section?: readonly string[]
}

export const resources = [
  'articles',
  'authors',
  'captions',
  'categories',
  'comments',
  'consumers',
  'images',
  'languages',
  'log',
  'pins',
  'releases',
  'sources',
  'topics',
  'views'
] as const

export const actions = ['read', 'write', 'delete', 'publish', 'moderate'] as const

/** By what a resource can be narrowed; narrowing another would promise what nobody checks. */
const narrowings: Record<string, readonly (keyof Scope)[]> = {
  articles: ['language', 'source', 'section'],
  captions: ['language'],
  comments: ['language']
}

const narrowingOf = (resource: string) => narrowings[resource] ?? []

/** The scope a text means, or a sentence that says what is wrong with it. */
export function readScope(text: string): Scope | string {
  const [head = '', ...conditions] = text.split(';')
  const [resource = '', action = '', ...rest] = head.split(':')
  if (rest.length > 0 || ![...resources, '*'].includes(resource))
    return `"${text}": the resource must be one of ${resources.join(', ')} or *.`
  if (![...actions, '*'].includes(action)) return `"${text}": the action must be one of ${actions.join(', ')} or *.`
  const scope: Scope = { resource, action }
  for (const condition of conditions) {
    const [name = '', list = '', ...more] = condition.split('=')
    const known = narrowingOf(resource)
    if (!known.includes(name as 'language'))
      return `"${text}": ${resource} cannot be narrowed by "${name}"${known.length > 0 ? `, only by ${known.join(', ')}` : ''}.`
    const values = list.split(',')
    if (more.length > 0 || values.some(value => !/^[A-Za-z0-9-]{1,120}$/.test(value)))
      return `"${text}": ${name} is a list of tags or slugs, joined by commas.`
    if (name in scope) return `"${text}": ${name} is said twice; join the values by commas.`
    Object.assign(scope, { [name]: values })
  }
  return scope
}

export const writeScope = ({ resource, action, ...narrow }: Scope) =>
  [`${resource}:${action}`, ...Object.entries(narrow).map(([name, values]) => `${name}=${values.join(',')}`)].join(';')

const fits = (granted: string, wanted: string) => granted === '*' || granted === wanted

/** Scopes that let in at all. Who may do anything with a resource may read it: nobody edits blind. */
export const scopesFor = (scopes: readonly Scope[], resource: string, action: string): Scope[] =>
  scopes.filter(scope => fits(scope.resource, resource) && (action === 'read' || fits(scope.action, action)))

/** What a write or read is about, as far as it is known. */
export interface Target {
  language?: string | null
  /** Slug and id of the source. */
  source?: readonly string[]
  /** Slugs and ids of the section and everything above it. */
  section?: readonly string[]
}

/** Whether one of the scopes reaches the target. */
export const reaches = (scopes: readonly Scope[], { language, source, section }: Target): boolean =>
  scopes.some(
    scope =>
      (!scope.language || language === undefined || (language !== null && scope.language.includes(language))) &&
      (!scope.source || source === undefined || scope.source.some(slug => source.includes(slug))) &&
      (!scope.section || section === undefined || scope.section.some(slug => section.includes(slug)))
  )

const within = (wanted: readonly string[] | undefined, granted: readonly string[] | undefined) =>
  !granted || Boolean(wanted?.every(value => granted.includes(value)))

/** Whether somebody with these scopes may hand out another one: nobody grants what they do not have. */
export const covers = (scopes: readonly Scope[], wanted: Scope): boolean =>
  scopes.some(
    scope =>
      fits(scope.resource, wanted.resource) &&
      fits(scope.action, wanted.action) &&
      within(wanted.language, scope.language) &&
      within(wanted.source, scope.source) &&
      within(wanted.section, scope.section)
  )
