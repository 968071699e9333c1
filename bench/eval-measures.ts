/** How good a ranked list is, against what people judged. */

/** Of one question: what was judged relevant, and how much. */
export type Judged = ReadonlyMap<string, number>

export interface Quality {
  ndcg10: number
  recall10: number
  mrr: number
}

const depth = 10

/** Means over all questions; a question without an answer counts as zero. */
export function measure(questions: ReadonlyMap<string, Judged>, answers: ReadonlyMap<string, string[]>): Quality {
  const sums = { ndcg10: 0, recall10: 0, mrr: 0 }
  for (const [question, judged] of questions) {
    const list = answers.get(question) ?? []
    const first = list.findIndex(id => (judged.get(id) ?? 0) > 0)
    sums.ndcg10 += gain(list.map(id => judged.get(id) ?? 0)) / gain([...judged.values()].sort((a, b) => b - a))
    sums.recall10 += list.slice(0, depth).filter(id => judged.has(id)).length / judged.size
    sums.mrr += first < 0 ? 0 : 1 / (first + 1)
  }
  const count = questions.size
  return { ndcg10: sums.ndcg10 / count, recall10: sums.recall10 / count, mrr: sums.mrr / count }
}

const gain = (relevances: readonly number[]) =>
  relevances.slice(0, depth).reduce((sum, relevance, rank) => sum + relevance / Math.log2(rank + 2), 0)
