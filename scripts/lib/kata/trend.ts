/** How the totals went, oldest first, as a row of bars from the least a score can be to the most. */
const bars = "▁▂▃▄▅▆▇█";
const totalMin = 14;
const totalMax = 70;
const shownMax = 6;

export function sparkline(totals: readonly number[]): string {
  return totals
    .slice(-shownMax)
    .map((total) => {
      const share = (total - totalMin) / (totalMax - totalMin);
      const step = Math.round(share * (bars.length - 1));
      return bars[Math.min(bars.length - 1, Math.max(0, step))] ?? "";
    })
    .join("");
}
