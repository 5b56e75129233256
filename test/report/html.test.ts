import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { html, Html, jsonForScript } from '../../src/report/html.ts';
import { axisLabels, shorten } from '../../src/report/names.ts';
import { renderByTenant } from '../../src/report/job-figures.ts';
import { asInlineScript } from '../../src/report/libraries.ts';
import { richSummary, withTenant } from './summary-fixture.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '!', '-', '`', '=', ' ', 'script', 'img', 'onerror', '\0'),
  }),
);

describe('the html template', () => {
  it('escapes text in content and in attributes', () => {
    const evil = `"><script>alert('&')</script>`;
    expect(html`<p title="${evil}">${evil}</p>`.source).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</p>',
    );
  });

  it('takes markup as it is, joins lists and leaves null out', () => {
    const items = [html`<li>1</li>`, new Html('<li>2</li>')];
    expect(html`${items}${null}${3}`.source).toBe('<li>1</li><li>2</li>3');
  });

  it('replaces control characters and broken characters', () => {
    expect(html`${'a\0b\u001bc\ud800d\ne'}`.source).toBe('a\ufffdb\ufffdc\ufffdd\ne');
  });

  it('lets no text become a tag, an entity or the end of an attribute', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(html`${value}`.source).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

describe('a name from a trace', () => {
  const summary = richSummary();
  const tagsFor = (tenant: string): number => renderByTenant(withTenant(summary, tenant)).source.split('<').length;

  it('never adds a tag to the page', () => {
    const expected = tagsFor('plain');
    fc.assert(
      fc.property(
        text.filter((name) => name !== ''),
        (name) => {
          expect(tagsFor(name)).toBe(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of ten thousand characters ends in an ellipsis', () => {
    const page = renderByTenant(withTenant(summary, 'x'.repeat(10_000))).source;
    expect(page).toContain(`${'x'.repeat(39)}…</bdi>`);
    expect(page).not.toContain('x'.repeat(400));
  });

  it('is cut between characters, not inside one', () => {
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
    expect(shorten('abc', 3)).toBe('abc');
  });

  it('keeps axis labels distinct, printable and short', () => {
    const long = 'p'.repeat(100);
    expect(axisLabels(['a', 'a', '', 'b\nc', long, `${long}2`], '(unnamed)', 10)).toEqual([
      'a',
      'a (2)',
      '(unnamed)',
      'b c',
      'ppppppppp…',
      'ppppppppp… (2)',
    ]);
  });
});

describe('data and programs inside the page', () => {
  it('data cannot end its script block and comes out as it went in', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.constant('</script><!--<script>')), (value) => {
        const json = jsonForScript({ value });
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual({ value });
      }),
    );
  });

  it('a program loses the address of its source map and anything that would end its script block', () => {
    expect(asInlineScript(`f("</script>");\n//# sourceMappingURL=f.js.map\n`)).toBe(`f("\\x3c/script>");`);
  });
});
