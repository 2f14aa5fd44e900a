// Answers every question of the server by the package for the web, and sends the answers back.

async function answers() {
  const [front, { answer }, questions] = await Promise.all([
    import('/web/index.js'),
    import('/rows/answer.mjs'),
    fetch('/questions'),
  ])
  await front.default()
  const lines = (await questions.text()).split('\n').filter((line) => line !== '')
  return { lines: lines.map((line) => answer(front, JSON.parse(line))) }
}

const body = await answers().catch((error) => ({ error: `${error}\n${error.stack}` }))
await fetch('/answers', { method: 'POST', body: JSON.stringify(body) })
