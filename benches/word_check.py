#!/usr/bin/env python3
"""How many Word papers of a folder are rendered, flagged as short of words, and short without being flagged.

Compares the embedded engine's pages with those of LibreOffice and with a reading of the document's XML that shares no code
with the program. Needs python3, soffice and pdftotext. Run from the checkout, FOLDER holding Word files and nothing else:

  soffice --headless --convert-to pdf --outdir LO FOLDER/*
  cargo run --release --example look_at_papers FOLDER KEEP > LOG
  python3 benches/word_check.py FOLDER LO KEEP LOG
"""
import html, io, os, posixpath, re, subprocess, sys, unicodedata, zipfile
from collections import Counter
import xml.etree.ElementTree as ET

def local(tag): return tag.rsplit('}', 1)[-1] if isinstance(tag, str) else ''
def ns(tag): return tag[1:].split('}')[0] if isinstance(tag, str) and tag.startswith('{') else ''

class Doc:
    def __init__(self, path):
        self.z = zipfile.ZipFile(path)
        self.names = {n.lower().replace('\\','/'): n for n in self.z.namelist()}
        self.out = []
        self.margin = []
        self.seen = set()
        self.styles = {}
    def part(self, name):
        n = self.names.get(name.lstrip('/').lower())
        return self.z.read(n) if n else None
    def xml(self, name):
        b = self.part(name)
        if b is None: return None
        try: return ET.fromstring(b)
        except Exception: return None
    def rels(self, name):
        d, f = posixpath.split(name)
        r = self.xml(posixpath.join(d, '_rels', f + '.rels'))
        out = {}
        if r is None: return out
        for e in r:
            if e.get('TargetMode','').lower() == 'external': continue
            t = e.get('Target','')
            t = t.lstrip('/') if t.startswith('/') else posixpath.normpath(posixpath.join(d, t))
            out[e.get('Id')] = (e.get('Type','').rsplit('/',1)[-1], t)
        return out
    def vanish_styles(self, name):
        r = self.xml(name)
        if r is None: return
        raw = {}
        for s in r:
            if local(s.tag) != 'style': continue
            i = v = b = None
            for k, val in s.attrib.items():
                if local(k) == 'styleId': i = val
            for e in s.iter():
                if local(e.tag) == 'vanish':
                    v = not any(local(k) == 'val' and x in ('0','false','off') for k, x in e.attrib.items())
                if local(e.tag) == 'basedOn':
                    b = next(iter(e.attrib.values()), None)
            raw[i] = (v, b)
        def res(i, d=0):
            if i not in raw or d > 10: return False
            v, b = raw[i]
            return v if v is not None else res(b, d + 1)
        self.styles = {i: res(i) for i in raw}
    def read(self):
        top = self.rels('')
        main = next((t for ty, t in top.values() if ty == 'officeDocument'), 'word/document.xml')
        if self.part(main) is None: main = 'word/document.xml'
        rels = self.rels(main)
        for ty, t in rels.values():
            if ty == 'styles': self.vanish_styles(t)
        self.notes = {}
        for ty, t in rels.values():
            if ty in ('footnotes', 'endnotes'):
                x = self.xml(t)
                if x is None: continue
                for e in x:
                    typ = next((v for k, v in e.attrib.items() if local(k) == 'type'), None)
                    i = next((v for k, v in e.attrib.items() if local(k) == 'id'), None)
                    if typ in (None, 'normal'): self.notes[(ty[:-1], i)] = (e, t)
        root = self.xml(main)
        if root is None: raise ValueError('no xml')
        self.walk_part(root, main, rels, self.out)
        even = False
        for ty, t in rels.values():
            if ty == 'settings':
                x = self.xml(t)
                even = x is not None and any(local(e.tag) == 'evenAndOddHeaders' and not any(v in ('0','false') for v in e.attrib.values()) for e in x)
        done = set()
        for s in root.iter():
            if local(s.tag) != 'sectPr': continue
            first = any(local(e.tag) == 'titlePg' and not any(v in ('0','false') for v in e.attrib.values()) for e in s)
            for e in s:
                if local(e.tag) in ('headerReference', 'footerReference'):
                    ty = next((v for k, v in e.attrib.items() if local(k) == 'type'), 'default')
                    i = next((v for k, v in e.attrib.items() if local(k) == 'id'), None)
                    if ty == 'first' and not first or ty == 'even' and not even: continue
                    if i in rels and rels[i][1] not in done:
                        done.add(rels[i][1])
                        x = self.xml(rels[i][1])
                        if x is not None: self.walk_part(x, rels[i][1], self.rels(rels[i][1]), self.margin)
    def walk_part(self, root, name, rels, out):
        stack = {'field': []}
        self.walk(root, rels, out, stack)
    def hidden(self, r):
        for p in r:
            if local(p.tag) == 'rPr':
                st = None
                for e in p:
                    l = local(e.tag)
                    if l == 'vanish':
                        return not any(local(k) == 'val' and v in ('0','false','off') for k, v in e.attrib.items())
                    if l == 'rStyle': st = next(iter(e.attrib.values()), None)
                if st is not None and self.styles.get(st): return True
        return False
    def walk(self, e, rels, out, st):
        l = local(e.tag); n = ns(e.tag)
        if l in ('del', 'moveFrom') and 'word' in n: return
        if l in ('delText', 'delInstrText', 'tblPr', 'sectPr', 'sdtPr', 'comment', 'binData', 'pPr', 'rPr'): return
        if l == 'instrText':
            return
        if l == 'AlternateContent':
            kids = [k for k in e if local(k.tag) in ('Choice', 'Fallback')]
            for k in kids:
                tmp = []
                self.walk(k, rels, tmp, st)
                if ''.join(tmp).strip() or k is kids[-1]:
                    out.extend(tmp); return
            return
        if l == 'r' and 'word' in n and self.hidden(e): return
        if l == 'fldChar':
            ty = next((v for k, v in e.attrib.items() if local(k) == 'fldCharType'), '')
            if ty == 'begin': st['field'].append('code')
            elif ty == 'separate' and st['field']: st['field'][-1] = 'result'
            elif ty == 'end' and st['field']: st['field'].pop()
            return
        if l == 't' and n and ('word' in n or 'drawing' in n or 'math' in n):
            if 'code' not in st['field'] or 'word' not in n: out.append(e.text or '')
            return
        if l in ('tab', 'br', 'cr', 'ptab'): out.append(' ')
        if l == 'noBreakHyphen': out.append('-')
        if l == 'textpath':
            out.append('\n' + (e.get('string') or '') + '\n'); return
        if l in ('footnoteReference', 'endnoteReference'):
            i = next((v for k, v in e.attrib.items() if local(k) == 'id'), None)
            key = (l[:-9], i)
            if key in self.notes and key not in self.seen:
                self.seen.add(key)
                x, t = self.notes[key]
                out.append('\n'); tmp = []
                self.walk(x, self.rels(t), tmp, {'field': []}); self.foot = getattr(self, 'foot', []) + tmp
            return
        rid = next((v for k, v in e.attrib.items() if 'relationships' in ns(k) and local(k) == 'id'), None)
        if l == 'altChunk' and rid in rels: self.alt(rels[rid][1], out)
        if l == 'chart' and rid in rels: self.chart(rels[rid][1], out)
        if l == 'relIds':
            dm = next((v for k, v in e.attrib.items() if local(k) == 'dm'), None)
            if dm in rels: self.diagram(rels[dm][1], out)
        for k in e: self.walk(k, rels, out, st)
        if l in ('p', 'tc', 'tr', 'txbxContent'): out.append('\n')
    def alt(self, name, out):
        b = self.part(name) or b''
        if b[:2] == b'PK':
            d = Doc(io.BytesIO(b))
            try: d.read(); out.extend(['\n'] + d.out)
            except Exception: pass
        else:
            t = b.decode('utf8', 'replace')
            if t.startswith('{\\rtf'): t = re.sub(r'\\[a-z]+-?\d* ?|[{}]', ' ', t)
            else: t = re.sub(r'(?is)<(style|script|head).*?</\1>', ' ', t); t = re.sub(r'<[^>]+>', ' ', t)
            out.append('\n' + html.unescape(t) + '\n')
    def chart(self, name, out):
        x = self.xml(name)
        if x is None: return
        def go(e, inn):
            l = local(e.tag)
            if l == 't' and 'drawing' in ns(e.tag): out.append((e.text or ''))
            if l in ('tx', 'cat'): inn = True
            if l in ('val', 'numCache','numRef', 'externalData', 'numLit'): return
            if l == 'v' and inn: out.append('\n' + (e.text or '') + '\n')
            for k in e: go(k, inn)
            if l == 'p': out.append('\n')
        go(x, False)
    def diagram(self, name, out):
        x = self.xml(name)
        if x is None: return
        for pt in x.iter():
            if local(pt.tag) != 'pt' or pt.get('type') in ('pres', 'parTrans', 'sibTrans'): continue
            for k in pt.iter():
                if local(k.tag) == 't' and k.text: out.append(k.text)
                if local(k.tag) == 'p': out.append('\n')
            out.append('\n')

def words(t):
    t = unicodedata.normalize('NFKC', t).lower().replace('\u00ad', '').replace('\u2019', '').replace("'", '')
    return re.findall(r'[^\W_]+', t)
def pdfwords(p):
    return words(subprocess.run(['pdftotext', '-raw', p, '-'], capture_output=True).stdout.decode('utf8', 'replace'))
RTL = re.compile('[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]')
def lost(want, have, spare=()):
    a = Counter(want); b = Counter(have); sq = ''.join(have); sp = Counter(spare)
    miss = []
    for w, c in a.items():
        if RTL.search(w): continue
        m = c - b[w] - sp[w]
        if m <= 0: continue
        if len(w) > 3 and w not in b and w in sq: continue
        miss.append((w, m))
    return sum(c for _, c in miss), [w for w, _ in miss]

def main():
    folder, lo, keep, log = sys.argv[1:5]
    flag = {}
    for line in open(log, encoding='utf8', errors='replace'):
        m = re.match(r' *\d+ ms  (.*?)  (\w+) pages=(\S+) words=(\d+) (.*)', line.rstrip('\n'))
        if m: flag[m[1]] = (m[2], m[3], m[5])
        else:
            m = re.match(r' *\d+ ms  (.*?)  (ERROR.*)', line)
            if m: flag[m[1]] = ('?', 'None', m[2])
    rows = []
    for f in sorted(os.listdir(folder)):
        stem = os.path.splitext(f)[0]
        lop = os.path.join(lo, stem + '.pdf')
        ours = os.path.join(keep, f + '.pdf')
        has_lo = os.path.exists(lop)
        said = flag.get(f, ('?', '?', ''))
        row = {'f': f, 'lo': has_lo, 'ours': os.path.exists(ours), 'said': said[2], 'flag': 'words-lost' in said[2], 'other': re.findall(r'"([a-z-]+):', said[2])}
        if row['ours']:
            have = pdfwords(ours)
            row['n'] = len(have)
            if has_lo:
                w = pdfwords(lop); row['lon'] = len(w)
                row['lol'], row['low'] = lost(w, have)
            try:
                d = Doc(os.path.join(folder, f)); d.read()
                x = words(''.join(d.out)) + words(''.join(getattr(d, 'foot', [])))
                row['xn'] = len(x)
                row['xl'], row['xw'] = lost(x, have, words(''.join(d.margin)))
                row['xlol'], row['xlow'] = lost(x, w, words(''.join(d.margin))) if has_lo else (0, [])
            except Exception as e:
                row['xn'] = -1; row['xe'] = repr(e)[:60]
        rows.append(row)
    withlo = [r for r in rows if r['lo']]
    shown = [r for r in withlo if r['ours']]
    print('files', len(rows), 'LibreOffice renders', len(withlo), 'ours of those', len(shown), '%.1f%%' % (100 * len(shown) / len(withlo)))
    for r in withlo:
        if not r['ours']: print('   not shown:', r['f'], r['said'][:160])
    fl = [r for r in shown if r['flag']]
    print('flagged', len(fl), '%.1f%%' % (100 * len(fl) / len(shown)))
    def pr(r):
        print('  %s  LO lost %s/%s | XML lost %s/%s (LO itself lost %s of XML)' % (r['f'], r.get('lol'), r.get('lon'), r.get('xl'), r.get('xn'), r.get('xlol')))
        if r.get('lol'): print('       LO :', ' '.join(r['low'][:20]))
        if r.get('xl'): print('       XML:', ' '.join(r['xw'][:20]))
        m = re.search(r'words-lost: ([^"]*)', r['said'])
        if m: print('       said:', m[1][:200])
        print('       other:', ' '.join(r['other']))
    for code in ('drawing-lost', 'list-numbers'):
        told = [r['f'] for r in shown if code in r['other']]
        print('told', code, len(told), ' '.join(told))
    for r in fl: pr(r)
    short = lambda l, n: l and n > 0 and l > 2 and l / n > 0.05
    sil = [r for r in rows if r['ours'] and not r['flag'] and (short(r.get('lol'), r.get('lon', 0)) or short(r.get('xl'), r.get('xn', 0)) )]
    print('not flagged, but short by LO or XML', len(sil))
    for r in sil: pr(r)
    print('not read by XML:', [(r['f'], r.get('xe')) for r in rows if r.get('xn') == -1])
main()
