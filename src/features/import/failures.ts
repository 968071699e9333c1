import { Rejection } from './check.ts'

/** What the database said of a line, in words for the person who wrote it. */

interface Failure extends Error {
  code?: string
  constraint?: string
  detail?: string
}

type Say = (values: string[]) => [reason: string, pointer?: string]

/** What a rule of the tables means in a record: what is wrong, where, and how to mend it. */
const rules: Record<string, Say> = {
  editions_slug_key: ([slug, language]) => [
    `Another article has the slug "${slug}" in "${language}"; choose another, or leave it out to have one made of the headline.`,
    '/editions'
  ],
  editions_original_key: () => [
    'The article has an original already; an edition in another language says what it is a translation of.',
    '/editions'
  ],
  editions_translation_check: () => ['A translation is made of another language than its own.', '/editions'],
  editions_scheduled_check: () => ['A scheduled edition needs publishAt.', '/editions'],
  editions_schedule_check: () => [
    'An edition ends (unpublishAt) after it has been published (publishAt).',
    '/editions'
  ],
  editions_withdrawn_check: () => ['A withdrawn edition needs withdrawn, with at and reason.', '/editions'],
  languages_position_key: ([position]) => [
    `Another language stands at position ${position}; choose a free one, or leave it out to stand last.`,
    '/position'
  ],
  languages_fallback_check: () => ['A language cannot fall back to itself; take it out of fallback.', '/fallback'],
  languages_tag_check: () => ['A language tag is written like "fr", "pt-BR" or "zh-Hant".', '/tag'],
  categories_rail_key: ([position]) => [
    `Another category is the rail at position ${position}; choose a free one.`,
    '/rail/position'
  ],
  categories_parent_check: () => ['A category cannot be its own parent.', '/parent'],
  images_url_key: () => ['Another picture has this address already; use its key.', '/url'],
  comments_parent_fk: () => ['The comment it answers stands under another article.', '/parent'],
  comments_parent_check: () => ['A comment cannot answer itself.', '/parent'],
  pins_target_check: () => ['An article cannot be pinned beside itself.', '/target'],
  pins_time_check: () => ['A pin ends after it starts.', '/endsAt']
}

/** By class of SQLSTATE, when no rule has words of its own. */
const classes: [code: RegExp, reason: string][] = [
  [/^54/, 'A text is too long to be looked up by; shorten its longest name, label or key.'],
  [/^22003/, 'A number is larger than can be kept; positions are below 32,768.'],
  [/^2200[78]/, 'A date is outside of what can be kept, the years 1 to 9999.'],
  [/^22/, 'A value cannot be kept in the form it has.'],
  [/^23503/, 'It names something that does not exist.'],
  [/^23505/, 'Something of this name is there already.'],
  [/^23/, 'Its values do not fit together.']
]

/** Two writers were in each other's way: the same again succeeds. */
export const isPassing = ({ code = '' }: Failure) => /^(40001|40P01|55P03)$/.test(code)

/** A failure that is the line's own fault as a rejection with a reason; null for all others, such as a database that is away. */
export function toRejection(failure: Failure): Rejection | null {
  if (failure instanceof Rejection) return failure
  const { code = '', constraint = '', detail } = failure
  const said = rules[constraint]?.(valuesIn(detail))
  if (said) return new Rejection(...said)
  const reason = classes.find(([pattern]) => pattern.test(code))?.[1]
  return reason ? new Rejection(constraint ? `${reason} (${constraint.replaceAll('_', ' ')})` : reason) : null
}

/** `Key (slug, language)=(x, en) already exists.` → x, en */
const valuesIn = (detail = '') => /=\((.*)\)/.exec(detail)?.[1]?.split(', ') ?? []
