/// What is asked of a page from inside it.
enum PageScripts {
    /// Runs before a page's own scripts: keeps what breaks the page's policy.
    static let watch = """
        window.fleetmarkViolations = [];
        document.addEventListener('securitypolicyviolation', (event) =>
            window.fleetmarkViolations.push(
                event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile));
        """

    static let violations = "return window.fleetmarkViolations || []"

    /// The addresses of all links to other pages, without their fragments.
    static let links = """
        return [...new Set([...document.querySelectorAll('a[href], area[href], form[action]')]
            .filter(e => e.tagName !== 'FORM' || e.method === 'get')
            .map(e => (e.href && e.href.baseVal) || e.href || e.action)
            .filter(a => a && a.startsWith(location.origin))
            .map(a => a.split('#')[0]))].filter(a => a !== location.href.split('#')[0])
        """

    /// Targets of links within the page that are not there.
    static let lostFragments = """
        return [...document.querySelectorAll('a[href^="#"]')].map(e => e.getAttribute('href'))
            .filter(h => h.length > 1 && !document.getElementById(decodeURIComponent(h.slice(1))))
        """

    /// How far the page is wider than what is seen, and which elements stick out.
    static let overflow = """
        const width = document.documentElement.clientWidth;
        const excess = document.documentElement.scrollWidth - width;
        const clipped = (e) => {
            for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
                const x = getComputedStyle(p).overflowX;
                if (x !== 'visible') return true;
            }
            return false;
        };
        const names = [...document.body.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > width + 1 && !clipped(e))
            .map(e => e.tagName.toLowerCase() + '.' + (e.getAttribute('class') || ''));
        return excess > 0 ? [excess + ' px', ...names.slice(0, 5)] : [];
        """

    /// Pictures and controls without a name that a screen reader could say.
    static let unnamed = """
        const named = (e) => e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')
            || e.getAttribute('title') || [...e.children].some(c => c.tagName === 'title');
        const hidden = (e) => e.closest('[aria-hidden="true"]') !== null;
        const found = [];
        for (const e of document.querySelectorAll('img, svg, canvas, [role="img"]')) {
            if (hidden(e) || e.parentElement.closest('svg, [role="img"]')) continue;
            // What a script draws on is named by the part of the page around it.
            const ok = e.tagName === 'IMG' ? e.hasAttribute('alt') : e.tagName === 'CANVAS'
                ? e.closest('[aria-label], [aria-labelledby]') !== null
                : (e.getAttribute('role') === 'img' && named(e));
            if (!ok) found.push(e.outerHTML.slice(0, 120));
        }
        for (const e of document.querySelectorAll('button, a[href], summary')) {
            if (hidden(e) || named(e) || e.textContent.trim()) continue;
            if ([...e.querySelectorAll('svg, img')].some(c => named(c) || c.alt)) continue;
            found.push(e.outerHTML.slice(0, 120));
        }
        for (const e of document.querySelectorAll('input, select, textarea')) {
            if (e.getClientRects().length === 0 || hidden(e)) continue;
            if (named(e) || e.labels.length) continue;
            found.push(e.outerHTML.slice(0, 120));
        }
        return found;
        """

    /// Identifiers that stand on the page more than once.
    static let doubled = """
        const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
        return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))]
        """
}
