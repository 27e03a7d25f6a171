import type { Browser } from 'playwright-core'

/** A picture that nobody has a right to: evening over water, as a PNG. */
export async function drawHarbour(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } })
  try {
    await page.setContent(`
      <style>
        body { margin: 0; height: 100vh; overflow: hidden; position: relative;
          background: linear-gradient(#31456b 0%, #8a6f8f 30%, #e79a6c 50%, #f6c983 58%, #35546b 58%, #1d3348 100%) }
        div { position: absolute }
        .sun { left: 60%; top: 46%; width: 110px; height: 110px; border-radius: 50%; background: #fff1cf;
          clip-path: inset(0 0 38px 0); filter: blur(1px) }
        .glow { left: calc(60% - 8px); top: 58%; width: 126px; height: 260px; filter: blur(6px); opacity: 0.7;
          background: repeating-linear-gradient(#ffdf9e 0 5px, transparent 5px 17px); clip-path: polygon(20% 0, 80% 0, 100% 100%, 0 100%) }
        .hill { left: -6%; top: 44%; width: 58%; height: 15%; background: #3d4763; clip-path: polygon(0 100%, 14% 42%, 31% 66%, 52% 10%, 74% 62%, 100% 100%) }
        .mast { left: 30%; top: 34%; width: 4px; height: 34%; background: #17222f }
        .sail { left: calc(30% + 6px); top: 35%; width: 120px; height: 28%; background: #f4ead9; clip-path: polygon(0 0, 0 100%, 100% 100%) }
        .jib { left: calc(30% - 78px); top: 40%; width: 74px; height: 23%; background: #d9cdb9; clip-path: polygon(100% 0, 100% 100%, 0 100%) }
        .hull { left: calc(30% - 100px); top: 65%; width: 240px; height: 42px; background: #17222f; clip-path: polygon(0 0, 100% 0, 84% 100%, 14% 100%) }
      </style>
      <div class="hill"></div><div class="sun"></div><div class="glow"></div><div class="jib"></div><div class="sail"></div>
      <div class="mast"></div><div class="hull"></div>`)
    return await page.screenshot()
  } finally {
    await page.close()
  }
}
