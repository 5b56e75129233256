import type { StudyResult } from '../../study/results/write-results.ts';
import { html, type Html } from '../html.ts';
import { shorten } from '../names.ts';
import { count } from '../quantities.ts';
import { settingText, type StudyAxis } from './axes.ts';

const SENTENCES_MAX = 12;
const NAMED_MAX = 3;
const LENGTH_MAX = 500;

/** What must be known before the means are believed, each with the settings that it is about; null if nothing. */
export function renderStudyWarnings({ points }: StudyResult, axes: readonly StudyAxis[]): Html | null {
  const bySentence = new Map<string, string[]>();
  for (const point of points) {
    for (const warning of point.warnings) {
      bySentence.set(warning, [...(bySentence.get(warning) ?? []), settingText(point, axes)]);
    }
  }
  if (bySentence.size === 0) return null;
  const sentences = [...bySentence].slice(0, SENTENCES_MAX);
  const more = bySentence.size - sentences.length;
  return html`<aside class="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title">Know this before you rely on the figures</h2>
    <ul>
      ${sentences.map(([sentence, settings]) => {
        const named = settings.slice(0, NAMED_MAX).join('; ');
        const rest = settings.length > NAMED_MAX ? ` and ${count(settings.length - NAMED_MAX).text} more` : '';
        const who = settings.length === points.length ? 'all settings' : `${named}${rest}`;
        return html`<li>${shorten(sentence, LENGTH_MAX)} (${shorten(who, LENGTH_MAX)})</li>`;
      })}
      ${more > 0 ? html`<li>and ${count(more).text} more in study.json</li>` : null}
    </ul>
  </aside>`;
}
