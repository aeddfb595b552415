import activity from "lucide-static/icons/activity.svg?raw";
import alert from "lucide-static/icons/triangle-alert.svg?raw";
import arrowRight from "lucide-static/icons/arrow-right.svg?raw";
import ban from "lucide-static/icons/ban.svg?raw";
import check from "lucide-static/icons/check.svg?raw";
import chevronDown from "lucide-static/icons/chevron-down.svg?raw";
import chevronRight from "lucide-static/icons/chevron-right.svg?raw";
import circle from "lucide-static/icons/circle.svg?raw";
import clock from "lucide-static/icons/clock.svg?raw";
import copy from "lucide-static/icons/copy.svg?raw";
import creditCard from "lucide-static/icons/credit-card.svg?raw";
import external from "lucide-static/icons/external-link.svg?raw";
import gauge from "lucide-static/icons/gauge.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import keyboard from "lucide-static/icons/keyboard.svg?raw";
import logOut from "lucide-static/icons/log-out.svg?raw";
import menu from "lucide-static/icons/menu.svg?raw";
import monitor from "lucide-static/icons/monitor.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import pause from "lucide-static/icons/pause.svg?raw";
import play from "lucide-static/icons/play.svg?raw";
import plus from "lucide-static/icons/plus.svg?raw";
import refresh from "lucide-static/icons/refresh-cw.svg?raw";
import rotate from "lucide-static/icons/rotate-ccw.svg?raw";
import search from "lucide-static/icons/search.svg?raw";
import send from "lucide-static/icons/send.svg?raw";
import settings from "lucide-static/icons/settings.svg?raw";
import shield from "lucide-static/icons/shield-alert.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import trash from "lucide-static/icons/trash-2.svg?raw";
import chevronUp from "lucide-static/icons/chevron-up.svg?raw";
import download from "lucide-static/icons/download.svg?raw";
import ellipsis from "lucide-static/icons/ellipsis.svg?raw";
import key from "lucide-static/icons/key-round.svg?raw";
import link from "lucide-static/icons/link.svg?raw";
import pencil from "lucide-static/icons/pencil.svg?raw";
import terminal from "lucide-static/icons/terminal.svg?raw";
import x from "lucide-static/icons/x.svg?raw";

const icons = {
  activity, alert, arrowRight, ban, check, chevronDown, chevronRight, circle, clock, copy, creditCard, external, gauge,
  info, keyboard, logOut, menu, monitor, moon, pause, play, plus, refresh, rotate, search, send, settings, shield, sun,
  trash, x, chevronUp, download, ellipsis, key, link, pencil, terminal,
};

export type IconName = keyof typeof icons;

const inner = (svg: string): string => svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();

/** A picture beside a word, or of a button that has a name of its own: screen readers pass it by. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: inner(icons[name]) }}
    />
  );
}
