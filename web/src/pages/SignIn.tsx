export function SignIn() {
  return <main class="alone"><h1>Sign in</h1></main>;
}
