import { describe, expect, test } from 'vitest';
import { GoTemplate } from './go-template.ts';
import { Struct, TemplateError, type Value } from './value.ts';

const data: Value = new Struct(
  {
    Name: 'web.example.',
    Match: ['web.example.', 'web', 'x'],
    Group: new Map([
      ['a', '0a'],
      ['0', 'all'],
    ]),
    Count: 3,
    Inner: new Struct({ Deep: 'down', On: true, Off: false }),
    Empty: '',
  },
  { Meta: (label) => (label === 'known' ? 'value' : ''), Text: () => 'text' },
);

describe('output', () => {
  test.each<[template: string, output: string]>([
    ['plain', 'plain'],
    ['{{ .Name }}', 'web.example.'],
    ['{{.Name}} {{ .Inner.Deep }}', 'web.example. down'],
    ['a {{- .Count -}} b', 'a3b'],
    ['a {{- /* none */ -}} b', 'ab'],
    ['{{/* none */}}x', 'x'],
    ['{{ index .Match 1 }}', 'web'],
    ['{{ index .Group "a" }}-{{ .Group.a }}-{{ index .Group "none" }}-{{ .Group.none }}', '0a-0a--<no value>'],
    ['{{ .Meta "known" }}|{{ .Meta "other" }}|{{ "known" | .Meta }}', 'value||value'],
    ['{{ parseInt .Group.a 16 8 }}', '10'],
    ['{{ if eq .Name "web.example." }}yes{{ else }}no{{ end }}', 'yes'],
    ['{{ if .Empty }}a{{ else if eq .Count 3 }}b{{ else }}c{{ end }}', 'b'],
    ['{{ with .Empty }}a{{ else }}b{{ end }}{{ with .Inner }}{{ .Deep }}{{ $.Count }}{{ end }}', 'bdown3'],
    ['{{ range $i, $m := .Match }}{{ if $i }}<{{ $m }}>{{ end }}{{ end }}', '<web><x>'],
    ['{{ range .Match }}{{ . }},{{ else }}none{{ end }}', 'web.example.,web,x,'],
    ['{{ range $k, $v := .Group }}{{ $k }}={{ $v }} {{ end }}', '0=all a=0a '],
    ['{{ range 3 }}{{ . }}{{ end }}', '012'],
    [
      '{{ range .Match }}{{ if eq . "web" }}{{ continue }}{{ end }}{{ if eq . "x" }}{{ break }}{{ end }}{{ . }}{{ end }}',
      'web.example.',
    ],
    ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}', '32'],
    ['{{ index .Match 1 | printf "%s-%s" "a" | len }}', '5'],
    [
      '{{ printf "%q %s %d %x %05d|%-4s|%4s|%.2f|%v|%%|%t" "a\\"b" "s" 7 255 42 "l" "r" 1.5 .Match true }}',
      '"a\\"b" s 7 ff 00042|l   |   r|1.50|[web.example. web x]|%|true',
    ],
    ['{{ printf "%d %s" "a" }}{{ printf "x" 1 }}', '%!d(string=a) %!s(MISSING)x%!(EXTRA int=1)'],
    ['{{ print "a" 1 2 "b" true nil }}{{ println 1 "a" }}', 'a1 2btrue <nil>1 a\n'],
    ['{{ len .Match }}{{ len .Name }}{{ slice .Name 0 3 }}{{ slice .Match 1 }}', '312web[web x]'],
    ['{{ and 1 0 (index .Match 9) }}{{ or "" "x" (index .Match 9) }}{{ not 0 }}', '0xtrue'],
    [
      '{{ eq 1 2 3 1 }} {{ ne "a" "b" }} {{ lt 1 2 }} {{ ge "b" "a" }} {{ le 2 1 }} {{ gt 2 1 }}',
      'true true true true false true',
    ],
    ['{{ html "<a&b>" }}{{ urlquery "a b&c" }}{{ js "\'" }}', "&lt;a&amp;b&gt;a+b%26c\\'"],
    ["{{ `raw \\n` }}{{ 'a' }}{{ 0x10 }}{{ -3 }}{{ 1.5 }}", 'raw \\n9716-31.5'],
    ['{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" .Count }}{{ template "t" }}', '[3][<nil>]'],
    ['{{ block "b" .Name }}<{{ . }}>{{ end }}', '<web.example.>'],
    ['{{ .Text }}{{ (.Inner).Deep }}', 'textdown'],
    ['{{ .Inner.On | not }}', 'false'],
    ['}} { {', '}} { {'],
  ])('%s', (template, output) => {
    expect(new GoTemplate(template).execute(data)).toBe(output);
  });
});

describe('what does not compile', () => {
  test.each([
    ['{{ if }}', 'missing value for if'],
    ['{{ }}', 'missing value for command'],
    ['{{ .Name', 'unclosed action'],
    ['{{ nosuch 1 }}', 'function "nosuch" not defined'],
    ['{{ $x }}', 'undefined variable "$x"'],
    ['{{ if true }}', '{{end}} is missing'],
    ['{{ end }}', 'unexpected {{end}}'],
    ['{{ else }}', 'unexpected {{else}}'],
    ['{{ "a }}', 'unterminated quoted string'],
    ['{{ (print 1 }}', 'unclosed left paren'],
    ['{{ print 1 | }}', 'missing value after'],
    ['{{ break }}', 'outside {{range}}'],
    ['{{ .Name ! }}', 'unexpected'],
    ['{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}', 'undefined variable'],
  ])('%s', (template, message) => {
    expect(() => new GoTemplate(template)).toThrow(message);
  });
});

test.each([
  '{{ .Nosuch }}',
  '{{ .Name.Deep }}',
  '{{ index .Match 9 }}',
  '{{ parseInt "zz" 10 8 }}',
  '{{ parseInt "256" 10 8 }}',
  '{{ eq 1 "a" }}',
  '{{ slice .Name 3 99 }}',
  '{{ template "none" }}',
  '{{ range true }}{{ end }}',
  '{{ .Count 1 }}',
  '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}',
])('%s fails when it is carried out', (template) => {
  expect(() => new GoTemplate(template).execute(data)).toThrow(TemplateError);
});
