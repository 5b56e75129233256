import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { nameHtml, shorten } from './names.ts';

const RULE_LENGTH_MAX = 1000;

/** Every policy of the run with its parameters and what it really does: a policy's name alone says too little. */
export function renderRules({ policies }: Summary): Html {
  if (policies.length === 0) return html`<p class="empty">The summary names no policies.</p>`;
  return html`<div class="cards">${policies.map(renderPolicy)}</div>`;
}

function renderPolicy(policy: Summary['policies'][number]): Html {
  const parameters = Object.entries(policy.parameters);
  return html`<article class="card">
    <p class="role">${shorten(policy.role, 60)}</p>
    <h3>${nameHtml(policy.name, '(unnamed)')}</h3>
    ${
      parameters.length === 0
        ? html`<p class="note">No parameters.</p>`
        : html`<ul class="parameters">
            ${parameters.map(
              ([name, value]) =>
                html`<li><code>${shorten(name, 60)} = ${shorten(JSON.stringify(value) ?? '', 200)}</code></li>`,
            )}
          </ul>`
    }
    <dl class="rules">
      ${Object.entries(policy.semantics).map(
        ([rule, sentence]) =>
          html`<div>
            <dt>${shorten(rule, 60)}</dt>
            <dd>${shorten(sentence, RULE_LENGTH_MAX)}</dd>
          </div>`,
      )}
    </dl>
  </article>`;
}
