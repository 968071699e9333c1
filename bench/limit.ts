/** The limit to be measured against: for each page one statement, as a good SQL author would write it for exactly this page and language. */

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const language = `json_build_object('requested', 'en', 'served', 'en', 'fallback', false, 'direction', 'ltr')`
const section = `json_build_object('id', c.id, 'slug', c.slug, 'label', cl.label, 'labelLanguage', cl.language)`
const source = `json_build_object('id', s.id, 'slug', s.slug, 'type', s.type, 'name', sn.name, 'homepage', s.homepage, 'logo', null)`
const picture = `'id', i.id, 'url', i.url, 'mime', i.mime, 'width', i.width, 'height', i.height, 'placeholder', i.placeholder,
  'dominantColour', i.dominant_colour, 'focalPoint', null, 'credit', json_build_object('name', i.credit_name, 'role', i.credit_role, 'source', null)`
const translation = `json_build_object('method', e.method, 'engine', e.engine, 'translator', e.translator, 'reviewer', e.reviewer,
  'translatedAt', null, 'of', json_build_object('language', e.of_language, 'revision', e.of_revision), 'stale', false, 'staleBlocks', '[]'::json)`
const lead = `(select json_build_object(${picture}, 'alt', k.alt, 'caption', k.text, 'captionLanguage', k.language)
  from article_images ai join images i on i.id = ai.image_id
  left join captions k on k.image_id = i.id and k.article_id = a.id and k.language = 'en'
  where ai.article_id = a.id and ai.role = 'lead')`
const card = `'id', a.id, 'type', a.type, 'language', ${language}, 'slug', e.slug, 'headline', e.headline,
  'publishedAt', ${instant('e.published_at')}, 'updatedAt', ${instant('e.updated_at')}, 'kicker', e.kicker, 'standfirst', e.standfirst,
  'section', ${section}, 'source', ${source}, 'image', ${lead}, 'translation', ${translation}, 'readingMinutes', e.reading_minutes, 'urgency', a.urgency`
const joins = `join categories c on c.id = a.section_id join category_labels cl on cl.category_id = c.id and cl.language = 'en'
  join sources s on s.id = a.source_id join source_names sn on sn.source_id = s.id and sn.language = 'en'`

/** The full article by id, in English. */
const article = `select json_build_object(${card}, 'byline', e.byline,
  'authors', (select json_agg(json_build_object('id', w.id, 'slug', w.slug, 'type', w.type, 'name', n.name, 'role', aw.role) order by aw.position)
    from article_authors aw join authors w on w.id = aw.author_id join author_texts n on n.author_id = w.id and n.language = 'en' where aw.article_id = a.id),
  'categories', (select json_agg(json_build_object('id', c.id, 'slug', c.slug, 'label', cl.label, 'labelLanguage', cl.language) order by u.position)
    from (select a.section_id as id, -1 as position union all select category_id, position from article_categories where article_id = a.id and category_id <> a.section_id) u
    join categories c on c.id = u.id join category_labels cl on cl.category_id = c.id and cl.language = 'en'),
  'topics', (select json_agg(json_build_object('id', t.id, 'slug', t.slug, 'type', t.type, 'label', l.label, 'labelLanguage', l.language) order by at.position)
    from article_topics at join topics t on t.id = at.topic_id join topic_labels l on l.topic_id = t.id and l.language = 'en' where at.article_id = a.id),
  'alternates', (select json_agg(json_build_object('language', x.language, 'slug', x.slug, 'method', x.method, 'updatedAt', ${instant('x.updated_at')}) order by x.language)
    from editions x where x.article_id = a.id and x.state = 'published'),
  'commentCount', (select count(*) from comments m where m.article_id = a.id and m.state = 'approved'), 'wordCount', e.word_count, 'origin', null,
  'originalLanguage', a.original_language,
  'images', (select json_agg(json_build_object(${picture}, 'role', ai.role, 'caption', case when k.id is not null then json_build_object('id', k.id, 'language', k.language,
      'text', k.text, 'alt', k.alt, 'method', k.method, 'engine', k.engine, 'reviewer', k.reviewer, 'translatedFrom', case when o.id is not null then json_build_object('id', o.id, 'language', o.language,
      'text', o.text, 'alt', o.alt, 'method', o.method, 'engine', o.engine, 'reviewer', o.reviewer) end) end) order by ai.position)
    from article_images ai join images i on i.id = ai.image_id left join captions k on k.image_id = i.id and k.article_id = a.id and k.language = 'en'
    left join captions o on o.id = k.translated_from where ai.article_id = a.id),
  'body', json_build_object('format', 'blocks', 'blocks', e.body),
  'corrections', (select coalesce(json_agg(json_build_object('id', r.id, 'at', ${instant('r.at')}, 'text', rt.text, 'language', rt.language) order by r.at desc), '[]')
    from corrections r join correction_texts rt on rt.correction_id = r.id and rt.language = 'en' where r.article_id = a.id and r.at <= now()), 'seo', json_build_object('title', e.seo_title, 'description', e.seo_description),
  'rights', json_build_object('holder', a.rights_holder, 'notice', a.rights_notice, 'terms', a.rights_terms, 'licence', a.rights_licence),
  'commenting', json_build_object('policy', a.comment_policy, 'closesAt', null), 'firstPublishedAt', ${instant('e.first_published_at')},
  'createdAt', ${instant('a.created_at')}, 'revision', e.revision, 'version', a.version + e.version - 1)::text as page
from articles a join editions e on e.article_id = a.id and e.language = 'en' ${joins} where a.id = $1`

/** The newest 20 cards of a category, in English. */
const list = `select json_build_object('items', json_agg(json_build_object(${card}) order by p.published_at desc, p.article_id desc))::text as page
from (select article_id, published_at from postings where kind = 'category' and facet = (select id from categories where slug = $1) and language = 'en'
    and (embargo_until is null or embargo_until <= now()) and (unpublish_at is null or unpublish_at > now())
    order by published_at desc, article_id desc limit 20) p
join articles a on a.id = p.article_id join editions e on e.article_id = a.id and e.language = 'en' ${joins}`

export const limit = { article, list }
